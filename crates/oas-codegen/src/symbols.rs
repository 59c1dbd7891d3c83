//! Represents names that generated code imports from elsewhere.
//!
//! An emitter writes a [`Symbol`] in place of the name: `quote!(Result<#RESPONSE_VALUE<#ok>, #ERROR<#err>>)`. Its token
//! is a placeholder. The file that contains the code replaces it by the name, and records its requirements: an import,
//! and a dependency of the crate. So a file imports exactly the symbols that it uses, even if code is moved or
//! discarded before. Lowering reserves the names, so that no item of a document shadows one.

pub(crate) mod reserved;
mod used;

use std::borrow::Cow;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, TokenStreamExt as _};

pub(crate) use self::used::Symbols;

/// A name from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Symbol {
    /// With its crate, as in `oas_client::ResponseValue`; or `crate`, for one of the generated crate itself.
    path: Cow<'static, str>,
    form: Form,
}

/// The form of a name in code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// By its last segment, after an import.
    Imported,
    /// With its path.
    Qualified,
    /// An imported module and one of its functions in a string, the form of attributes of serde.
    Quoted,
    /// By itself: the file defines it, if code uses it.
    Local,
}

impl Form {
    /// Returns the first characters of the placeholder, which no name of a document begins with, because those are made
    /// of words.
    const fn mark(self) -> &'static str {
        match self {
            Self::Imported => "__imported",
            Self::Qualified => "__qualified",
            Self::Quoted => "__quoted",
            Self::Local => "__local",
        }
    }
}

/// Separates the segments of a path in a placeholder: a letter, for the whole of it is an identifier.
const SEPARATOR: char = '\u{1c3}';

impl Symbol {
    const fn imported(path: &'static str) -> Self {
        let path = Cow::Borrowed(path);
        Self {
            path,
            form: Form::Imported,
        }
    }

    const fn local(name: &'static str) -> Self {
        let path = Cow::Borrowed(name);
        Self {
            path,
            form: Form::Local,
        }
    }

    const fn qualified(path: &'static str) -> Self {
        let path = Cow::Borrowed(path);
        Self {
            path,
            form: Form::Qualified,
        }
    }

    /// Creates a symbol for a crate, or an item in it.
    pub(crate) fn external(path: String) -> Self {
        Self {
            path: Cow::Owned(path),
            form: Form::Qualified,
        }
    }

    /// Returns a function of this module, in a string.
    pub(crate) fn quoted(&self, function: &str) -> Self {
        Self {
            path: Cow::Owned(format!("{}::{function}", self.path)),
            form: Form::Quoted,
        }
    }

    /// Returns the name of the symbol in code, unless code contains its path.
    fn name(&'static self) -> Option<&'static str> {
        let name = self.path.rsplit("::").next();
        name.filter(|_| self.form == Form::Imported)
    }

    /// Returns the symbol for a placeholder.
    fn of(placeholder: &str) -> Option<Self> {
        if !is_placeholder(placeholder) {
            return None;
        }
        let (mark, path) = placeholder.split_once(SEPARATOR)?;
        let forms = [Form::Imported, Form::Qualified, Form::Quoted, Form::Local];
        Some(Self {
            form: forms.into_iter().find(|form| form.mark() == mark)?,
            path: Cow::Owned(path.replace(SEPARATOR, "::")),
        })
    }
}

/// Returns whether an identifier may be a placeholder. Most are none.
fn is_placeholder(identifier: &str) -> bool {
    identifier.starts_with("__")
}

/// Returns the last segment of the name that an identifier in an emitter's code represents, whether it is a placeholder
/// or not.
pub(crate) fn last_segment(identifier: &str) -> String {
    match Symbol::of(identifier) {
        Some(symbol) => symbol
            .path
            .rsplit("::")
            .next()
            .unwrap_or_default()
            .to_owned(),
        None => identifier.to_owned(),
    }
}

impl ToTokens for Symbol {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let mut placeholder = self.form.mark().to_owned();
        for segment in self.path.split("::") {
            placeholder.push(SEPARATOR);
            placeholder.push_str(segment);
        }
        tokens.append(Ident::new(&placeholder, Span::call_site()));
    }
}

/// Formats code, such as a type in a sentence, with the names of its symbols.
pub(crate) fn text(tokens: TokenStream) -> String {
    let resolved = Symbols::default().resolve(tokens);
    resolved.to_string().replace(' ', "")
}

macro_rules! symbols {
    ($(
        $(#[$docs:meta])*
        $group:ident { $($name:ident = $form:ident($path:literal),)* }
    )*) => {$(
        $(#[$docs])*
        pub(crate) mod $group {
            use super::Symbol;

            $(pub(crate) const $name: Symbol = Symbol::$form($path);)*

            #[allow(dead_code, reason = "only names beside those of documents are reserved")]
            pub(super) const ALL: &[Symbol] = &[$($name),*];
        }
    )*};
}

symbols! {
    /// Symbols of generated types.
    types {
        BASE64 = imported("oas_types::Base64"),
        DESERIALIZE = imported("serde::Deserialize"),
        DESERIALIZER = qualified("serde::Deserializer"),
        EXPORTED_BASE64 = qualified("oas_types::Base64"),
        EXPORTED_JSON_TEXT = qualified("oas_types::JsonText"),
        EXPORTED_LENIENT = qualified("oas_types::Lenient"),
        INTEGER = imported("oas_types::integer"),
        JSON_TEXT = imported("oas_types::JsonText"),
        LENIENT = imported("oas_types::Lenient"),
        NULLABLE = imported("oas_types::nullable"),
        SERIALIZE = imported("serde::Serialize"),
        SERIALIZER = qualified("serde::Serializer"),
        SERDE_ERROR = qualified("serde::de::Error"),
        UNION = imported("oas_types::union"),
    }

    /// JSON as it is.
    json {
        FROM_STR = qualified("serde_json::from_str"),
        FROM_VALUE = qualified("serde_json::from_value"),
        MAP = qualified("serde_json::Map"),
        TO_STRING = qualified("serde_json::to_string"),
        VALUE = qualified("serde_json::Value"),
    }

    /// Symbols of values that are constructed on first use.
    lazy {
        LAZY_LOCK = qualified("std::sync::LazyLock"),
    }

    /// The modules of a generated crate.
    own {
        BODIES = imported("crate::bodies"),
        BUILDER_MODULE = imported("crate::builder"),
        CLIENT = imported("crate::Client"),
        CLIENT_CONFIG = imported("crate::Config"),
        HEADERS_MODULE = imported("crate::headers"),
        OPERATIONS = imported("crate::service::operations"),
        RESPONSES = imported("crate::responses"),
        RULES = imported("crate::schema"),
        SERVERS = imported("crate::servers"),
        TYPES = imported("crate::types"),
    }

    /// Symbols of builders, whose names operations may also have.
    builder {
        CALL_OPTIONS = imported("oas_client::CallOptions"),
        ENCODE = imported("oas_client::encode"),
        ERROR = imported("oas_client::Error"),
        METHOD = imported("oas_client::Method"),
        OPERATION = imported("oas_client::Operation"),
        RESPONSE_VALUE = imported("oas_client::ResponseValue"),
        SERIALIZATION = imported("oas_client::Serialization"),
    }

    /// Other symbols of clients.
    client {
        BODY = qualified("oas_client::reqwest::Body"),
        BODY_PARTS = qualified("oas_client::BodyParts"),
        BUILD_ERROR = imported("oas_client::BuildError"),
        BYTES = qualified("oas_client::Bytes"),
        BYTE_STREAM = qualified("oas_client::ByteStream"),
        CONFIG = imported("oas_client::Config"),
        CLIENT_CORE = imported("oas_client::ClientCore"),
        CREDENTIAL = qualified("oas_client::Credential"),
        EVENT_STREAM = qualified("oas_client::EventStream"),
        FRAMING = qualified("oas_client::Framing"),
        HEADER_ERROR = imported("oas_client::HeaderError"),
        HEADER_FORMAT = imported("oas_client::HeaderFormat"),
        HEADER_MAP = imported("oas_client::HeaderMap"),
        HEADERS = imported("oas_client::Headers"),
        ITEM_STREAM = qualified("oas_client::ItemStream"),
        ITEMS = qualified("oas_client::Items"),
        KINDS = imported("oas_client::Kinds"),
        MULTIPART = imported("oas_client::Multipart"),
        OAS_CLIENT = qualified("oas_client"),
        OPAQUE_BODY = qualified("oas_client::OpaqueBody"),
        PART = imported("oas_client::Part"),
        QUALIFIED_MULTIPART = qualified("oas_client::Multipart"),
        SECRET = qualified("oas_client::Secret"),
        TEXT_BODY = qualified("oas_client::TextBody"),
        TYPED_BODY = qualified("oas_client::TypedBody"),
        VALUE_PART = imported("oas_client::ValuePart"),
    }

    /// Symbols of traits and their service, whose names operations may also have.
    server {
        API_KEY = imported("oas_server::ApiKey"),
        ARC = imported("std::sync::Arc"),
        BASIC_CREDENTIAL = imported("oas_server::BasicCredential"),
        BEARER_CREDENTIAL = imported("oas_server::BearerCredential"),
        BODY_STREAM = imported("oas_server::BodyStream"),
        BUILDER = imported("oas_server::Builder"),
        CONTEXT = imported("oas_server::Context"),
        ENCODING = imported("oas_server::Encoding"),
        ERROR_RESPONSE = imported("oas_server::ErrorResponse"),
        HTTP_CREDENTIAL = imported("oas_server::HttpCredential"),
        INTO_RESPONSE = imported("oas_server::IntoResponse"),
        METHOD = imported("oas_server::Method"),
        OPERATION = imported("oas_server::Operation"),
        PARAMETER = imported("oas_server::Parameter"),
        NAMED_PART_RULE = imported("oas_server::NamedPartRule"),
        PART_RULE = imported("oas_server::PartRule"),
        PART_RULES = imported("oas_server::PartRules"),
        REJECTION = imported("oas_server::Rejection"),
        REJECTION_BODY = imported("oas_server::RejectionBody"),
        REQUEST = imported("oas_server::Request"),
        REQUIREMENT = imported("oas_server::Requirement"),
        SELECTOR = imported("oas_server::Selector"),
        RESPONSE = imported("oas_server::Response"),
        STATUS_PATTERN = imported("oas_server::StatusPattern"),
        STATUS_CODE = imported("http::StatusCode"),
        STYLE = imported("oas_server::Style"),
        VIOLATIONS = imported("oas_server::Violations"),

        ANY_SCHEMA = qualified("oas_server::schema::Schema::ANY"),
        BODY = qualified("oas_server::Body"),
        BODY_PART = qualified("oas_server::BodyPart"),
        BODY_PARTS = qualified("oas_server::BodyParts"),
        EVENT_STREAM = qualified("oas_server::sse::EventStream"),
        FRAMING = qualified("oas_server::Framing"),
        ITEM_STREAM = qualified("oas_server::ItemStream"),
        ITEMS = qualified("oas_server::Items"),
        MULTIPART = qualified("oas_server::Multipart"),
        OAS_SERVER = qualified("oas_server"),
        PART = qualified("oas_server::Part"),
        REQUIRE_DECODED = qualified("oas_server::require_decoded"),
        RESPONSE_OF = qualified("oas_server::response::of"),
        RESPONSE_STATUS = qualified("oas_server::response::status"),
        SERVER_TYPED_BODY = qualified("oas_server::response::TypedBody"),
        SERVER_VALUE_PART = qualified("oas_server::ValuePart"),
    }

    /// Symbols of schema tables.
    schema {
        FORMAT = imported("oas_server::schema::Format"),
        LENIENT = qualified("oas_types::Lenient"),
        LITERAL = imported("oas_server::schema::Literal"),
        NUMBER = imported("oas_server::schema::Number"),
        PATTERN = imported("oas_server::schema::Pattern"),
        PROPERTY = imported("oas_server::schema::Property"),
        SCHEMA = imported("oas_server::schema::Schema"),
        TYPES = imported("oas_server::schema::Types"),
    }

    /// Symbols of tests.
    testing {
        BODY_OF = local("body_of"),
        EXPECTED_REQUEST = imported("oas_testing::ExpectedRequest"),
        IN_PROCESS = imported("oas_testing::InProcess"),
        INPUT = imported("oas_testing::Input"),
        RAW_REQUEST = imported("oas_testing::RawRequest"),
        RECORDING_HANDLER = imported("oas_testing::RecordingHandler"),
        STATUS_CODE = imported("oas_client::StatusCode"),
        TESTING = qualified("oas_testing"),
    }

    /// Symbols of command lines.
    cli {
        ARGUMENTS_IO = imported("oas_cli::Io"),
        CLI = imported("oas_cli::Cli"),
        CLIENT_OPERATION = imported("oas_cli::Operation"),
        EXIT = imported("oas_cli::Exit"),
        EXIT_CODE = qualified("std::process::ExitCode"),
        OWN_CLI = qualified("crate::cli"),
    }

    /// Symbols for running servers and tests.
    run {
        TCP_LISTENER = qualified("tokio::net::TcpListener"),
        TOKIO_RUNTIME = qualified("tokio::runtime::Builder"),
        TOKIO_TEST = qualified("tokio::test"),
    }
}

#[cfg(test)]
mod tests {
    use super::builder::{ENCODE, ERROR, RESPONSE_VALUE, SERIALIZATION};
    use super::client::SECRET;
    use super::own::TYPES;
    use super::testing::{BODY_OF, RAW_REQUEST, TESTING};
    use super::types::INTEGER;
    use quote::quote;

    use super::*;

    fn plain(tokens: TokenStream) -> String {
        tokens.to_string().replace(' ', "")
    }

    #[test]
    fn symbols_become_names_wherever_they_are() {
        let function = INTEGER.quoted("deserialize");
        let tokens = quote! {
            #[serde(deserialize_with = #function)]
            fn f(secret: #SECRET) -> #ERROR { vec![{ (#TYPES::Note, #ENCODE::path(#SERIALIZATION::LABEL)) }] }
        };
        let mut symbols = Symbols::default();
        assert_eq!(
            plain(symbols.resolve(tokens)),
            "#[serde(deserialize_with=\"integer::deserialize\")]fnf(secret:oas_client::Secret)->Error\
             {vec![{(types::Note,encode::path(Serialization::LABEL))}]}"
        );
        assert_eq!(
            plain(symbols.imports()),
            "usecrate::types;useoas_client::{Error,Serialization,encode};useoas_types::integer;"
        );
    }

    #[test]
    fn what_is_not_in_the_file_is_not_imported() {
        let discarded = quote!(#ERROR);
        let mut symbols = Symbols::default();
        symbols.resolve(quote!(#RESPONSE_VALUE));
        drop(discarded);
        assert_eq!(plain(symbols.imports()), "useoas_client::ResponseValue;");
    }

    #[test]
    fn texts_are_left_alone() {
        let placeholder = quote!(#ERROR).to_string();
        let mut symbols = Symbols::default();
        for text in ["say \"hi\"", "Error", "// Error", &placeholder] {
            let literal = proc_macro2::Literal::string(text);
            assert_eq!(
                plain(symbols.resolve(quote!(#literal))),
                plain(quote!(#literal))
            );
        }
        assert!(symbols.imports().is_empty());
    }

    #[test]
    fn placeholders_survive_the_way_through_text() {
        // A builder's types go to progenitor as texts.
        let tokens: TokenStream = quote!(Option<#TYPES::Note>).to_string().parse().unwrap();
        let mut symbols = Symbols::default();
        assert_eq!(plain(symbols.resolve(tokens)), "Option<types::Note>");
    }

    #[test]
    fn code_outside_of_the_crate_imports_from_it() {
        let mut symbols = Symbols::outside("pets_client");
        let tokens = quote!(#TESTING::sample::<#TYPES::Note>(#RAW_REQUEST, #BODY_OF!(x)));
        assert_eq!(
            plain(symbols.resolve(tokens)),
            "oas_testing::sample::<types::Note>(RawRequest,body_of!(x))"
        );
        assert_eq!(
            plain(symbols.imports()),
            "useoas_testing::RawRequest;usepets_client::types;"
        );
        assert!(symbols.include(&BODY_OF));
        let paths: Vec<&str> = symbols.external_paths().collect();
        let expected = [
            "oas_testing",
            "oas_testing::RawRequest",
            "pets_client::types",
        ];
        assert_eq!(paths, expected);
    }

    #[test]
    fn emitters_reach_the_runtimes_through_symbols_alone() {
        fn visit(folder: &std::path::Path, found: &mut Vec<String>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    visit(&path, found);
                    continue;
                }
                // Manifests look for paths, and READMEs have examples of consumers.
                let is_code = path.extension().is_some_and(|extension| extension == "rs");
                if !is_code || path.ends_with("manifest.rs") {
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                let lines = text
                    .lines()
                    .filter(|line| !line.trim_start().starts_with("//"));
                let raw = |line: &&str| {
                    [
                        "oas_client::",
                        "oas_server::",
                        "oas_testing::",
                        "oas_types::",
                    ]
                    .iter()
                    .any(|name| line.contains(name))
                };
                found.extend(lines.filter(raw).map(str::to_owned));
            }
        }
        let mut found = Vec::new();
        let emitters = concat!(env!("CARGO_MANIFEST_DIR"), "/src/emit");
        visit(emitters.as_ref(), &mut found);
        assert_eq!(found, [""; 0]);
    }
}
