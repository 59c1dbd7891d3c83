//! Provides security schemes and requirements (OpenAPI 3.0.4, Security Scheme Object and Security Requirement Object).

use std::collections::HashMap;

use oas_wire::ParameterLocation;

use super::{
    Parameter, Problem, components, flag,
    parameter::{ParameterKey, parameter_key},
    text,
};
use crate::{
    Document, Node,
    object_model::{Object, is_extension},
    suggest::nearest,
};

/// The security requirements of a request; the request must satisfy one of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Security<'d> {
    /// The value of `security` of the operation, or else of the document.
    pub node: Option<Node<'d>>,
    /// The alternatives. If the list is empty, no credentials are required.
    pub requirements: Vec<Requirement<'d>>,
}

/// Schemes whose credentials a request must have together. If there are none, a request without credentials satisfies
/// the requirement.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Requirement<'d> {
    /// The Security Requirement Object.
    pub node: Node<'d>,
    /// The schemes, in document order.
    pub schemes: Vec<SchemeUse<'d>>,
}

/// An entry of a requirement: a scheme and the scopes that are required.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct SchemeUse<'d> {
    /// The name.
    pub name: &'d str,
    /// The scopes that a token must have; from 3.1 on, for schemes without tokens, the roles that a caller must have.
    pub scopes: Vec<&'d str>,
    /// The value of the entry: the list of scopes.
    pub node: Node<'d>,
    /// The scheme; `None` if the document has no scheme of that name.
    pub scheme: Option<SecurityScheme<'d>>,
}

/// A security scheme of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct SecurityScheme<'d> {
    /// The key under `securitySchemes`.
    pub name: &'d str,
    /// The Security Scheme Object, with `$ref` resolved.
    pub node: Node<'d>,
}

/// The mechanism of a security scheme, by which a request is authenticated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SecurityKind<'d> {
    /// `apiKey`: a secret in a header field, a query parameter or a cookie.
    ApiKey {
        /// The location of the key.
        location: ParameterLocation,
        /// The name of the header field, parameter or cookie.
        name: &'d str,
    },
    /// `http` with the scheme `basic` (RFC 7617).
    Basic,
    /// `http` with the scheme `bearer` (RFC 6750).
    Bearer,
    /// `http` with any other scheme (RFC 9110 §11.1).
    Http(&'d str),
    /// `mutualTLS`: a client certificate (OpenAPI 3.1).
    MutualTls,
    /// `oauth2`: a bearer token with scopes.
    OAuth2,
    /// `openIdConnect`: a bearer token with scopes.
    OpenIdConnect,
}

/// A kind of an object, and the fields that only objects of some kinds have.
pub(crate) struct Kind {
    /// The name of the kind.
    pub(crate) name: &'static str,
    /// The fields that the kind needs.
    pub(crate) required: &'static [&'static str],
    /// The additional fields that it may have.
    pub(crate) optional: &'static [&'static str],
}

/// The kinds of security schemes, by their `type`.
pub(crate) const SCHEME_KINDS: &[Kind] = &[
    kind("apiKey", &["name", "in"], &[]),
    kind("http", &["scheme"], &["bearerFormat"]),
    kind("oauth2", &["flows"], &["oauth2MetadataUrl"]),
    kind("openIdConnect", &["openIdConnectUrl"], &[]),
    kind("mutualTLS", &[], &[]),
];

/// Returns the values that `type` of a security scheme can have, such as `apiKey` (OpenAPI 3.1.2, Security Scheme
/// Object).
///
/// ```
/// assert!(oas_document::openapi::security_scheme_types().any(|ty| ty == "apiKey"));
/// ```
pub fn security_scheme_types() -> impl Iterator<Item = &'static str> {
    SCHEME_KINDS.iter().map(|kind| kind.name)
}

/// The kinds of OAuth flows, by their key under `flows`.
pub(crate) const FLOW_KINDS: &[Kind] = &[
    kind("implicit", &["authorizationUrl"], &[]),
    kind("password", &["tokenUrl"], &[]),
    kind("clientCredentials", &["tokenUrl"], &[]),
    kind("authorizationCode", &["authorizationUrl", "tokenUrl"], &[]),
    kind(
        "deviceAuthorization",
        &["deviceAuthorizationUrl", "tokenUrl"],
        &[],
    ),
];

const fn kind(
    name: &'static str,
    required: &'static [&'static str],
    optional: &'static [&'static str],
) -> Kind {
    Kind {
        name,
        required,
        optional,
    }
}

/// A flow by which a client obtains a token (OpenAPI 3.0.4, OAuth Flow Object).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct OAuthFlow<'d> {
    /// The key under `flows`, such as `authorizationCode`.
    pub name: &'d str,
    /// The OAuth Flow Object.
    pub node: Node<'d>,
}

impl<'d> OAuthFlow<'d> {
    /// Returns the names and values of the fields that contain URLs, such as `tokenUrl`, in document order.
    pub fn urls(&self) -> impl Iterator<Item = (&'d str, &'d str)> + use<'d> {
        let entries = self.node.entries();
        let urls = entries.filter(|(name, _)| name.ends_with("Url"));
        urls.filter_map(|(name, node)| Some((name, node.as_str()?)))
    }

    /// Returns the names of the scopes and their descriptions, in document order.
    pub fn scopes(&self) -> impl Iterator<Item = (&'d str, Node<'d>)> + use<'d> {
        let scopes = self.node.get("scopes");
        scopes.into_iter().flat_map(Node::entries)
    }
}

/// Returns the security schemes under `components`, in document order. One whose `$ref` cannot be resolved is left out.
///
/// ```
/// use oas_document::{Document, openapi::{self, SecurityKind}};
///
/// let text = "openapi: 3.0.4\ncomponents: {securitySchemes: {session: {type: http, scheme: Bearer}}}\n";
/// let document = Document::parse("api.yaml", text).unwrap();
/// let [session] = &openapi::security_schemes(&document)[..] else { panic!() };
/// assert_eq!((session.name, session.kind()), ("session", Some(SecurityKind::Bearer)));
/// ```
#[must_use]
pub fn security_schemes(document: &Document) -> Vec<SecurityScheme<'_>> {
    let schemes = components(document.root(), "securitySchemes");
    let schemes = schemes.into_iter().flat_map(Node::entries);
    schemes
        .filter_map(|(name, raw)| {
            let node = raw.resolve().ok()?;
            Some(SecurityScheme { name, node })
        })
        .collect()
}

impl<'d> SecurityScheme<'d> {
    /// Parses a scheme object by itself.
    pub(crate) fn of(node: Node<'d>) -> Self {
        let name = node.key().unwrap_or_default();
        SecurityScheme { name, node }
    }

    /// Returns the mechanism; `None` if `type` is missing or unknown, or if a field that distinguishes mechanisms (`in` and
    /// `name`, or `scheme`) is missing or invalid: then [`problems`](Self::problems) returns why. The other fields of `oauth2`
    /// and `openIdConnect` are not looked at.
    #[must_use]
    pub fn kind(&self) -> Option<SecurityKind<'d>> {
        Some(match text(self.node, "type")? {
            "apiKey" => SecurityKind::ApiKey {
                location: key_location(text(self.node, "in")?)?,
                name: text(self.node, "name")?,
            },
            "http" => match text(self.node, "scheme")? {
                scheme if scheme.eq_ignore_ascii_case("basic") => SecurityKind::Basic,
                scheme if scheme.eq_ignore_ascii_case("bearer") => SecurityKind::Bearer,
                scheme => SecurityKind::Http(scheme),
            },
            "mutualTLS" => SecurityKind::MutualTls,
            "oauth2" => SecurityKind::OAuth2,
            "openIdConnect" => SecurityKind::OpenIdConnect,
            _ => return None,
        })
    }

    /// Returns the name and location of an API key.
    fn key(&self) -> Option<ParameterKey> {
        match self.kind()? {
            SecurityKind::ApiKey { location, name } => Some(parameter_key(name, location)),
            _ => None,
        }
    }

    /// Returns whether the scheme is an API key with the name and location of `parameter`.
    ///
    /// An operation has such a parameter only if an alternative of its security lacks the key. A request contains the value of
    /// the parameter then, and not the key a second time.
    #[must_use]
    pub fn is_sent_as(&self, parameter: &Parameter<'_>) -> bool {
        self.key().is_some_and(|key| key == parameter.key())
    }

    /// Returns `deprecated` (OpenAPI 3.2).
    #[must_use]
    pub fn is_deprecated(&self) -> bool {
        flag(self.node, "deprecated") == Some(true)
    }

    /// Returns `description`.
    #[must_use]
    pub fn description(&self) -> Option<&'d str> {
        text(self.node, "description")
    }

    /// Returns the value of `description` as a node, for [`translation`](super::translation).
    #[must_use]
    pub fn description_node(&self) -> Option<Node<'d>> {
        self.node.get("description")
    }

    /// Returns `openIdConnectUrl`.
    #[must_use]
    pub fn open_id_connect_url(&self) -> Option<&'d str> {
        text(self.node, "openIdConnectUrl")
    }

    /// Returns `oauth2MetadataUrl`, the URL of the authorization server's metadata (RFC 8414), as the document writes
    /// it (OpenAPI 3.2). The type of the scheme and the version of the document are not considered.
    #[must_use]
    pub fn oauth2_metadata_url(&self) -> Option<&'d str> {
        text(self.node, "oauth2MetadataUrl")
    }

    /// Returns `bearerFormat`, a hint to the format of the token such as `JWT`.
    #[must_use]
    pub fn bearer_format(&self) -> Option<&'d str> {
        text(self.node, "bearerFormat")
    }

    /// Returns the flows of an `oauth2` scheme, in document order.
    pub fn flows(&self) -> impl Iterator<Item = OAuthFlow<'d>> + use<'d> {
        let flows = self.node.get("flows").into_iter().flat_map(Node::entries);
        let flows = flows.filter(|(name, _)| !is_extension(name));
        flows.map(|(name, node)| OAuthFlow { name, node })
    }

    /// Returns the names of the scopes in all flows of an `oauth2` scheme, in document order; a name in several flows
    /// is repeated.
    pub fn scopes(&self) -> impl Iterator<Item = &'d str> + use<'d> {
        let scopes = self.flows().flat_map(|flow| flow.scopes());
        scopes.map(|(scope, _)| scope)
    }

    /// Returns what is wrong with the scheme: a missing or unknown `type`, a field that the type requires and that is missing
    /// or has a value of another type, or an `in` at which an API key cannot be. The flows are not checked.
    pub fn problems(&self) -> Vec<Problem<'d>> {
        let node = self.node;
        let Some(at) = node.get("type") else {
            let object = Object::SecurityScheme;
            return vec![Problem::MissingField {
                node,
                object,
                field: "type",
            }];
        };
        let mut kinds = SCHEME_KINDS.iter();
        let Some(kind) = kinds.find(|kind| at.as_str() == Some(kind.name)) else {
            return vec![Problem::UnknownSchemeType(at)];
        };
        let is_complete = |field: &str| {
            let value = node.get(field);
            value.is_some_and(|value| match field {
                "flows" => value.is_object(),
                _ => value.as_str().is_some(),
            })
        };
        let missing = kind.required.iter().filter(|field| !is_complete(field));
        let missing = missing.map(|field| Problem::IncompleteScheme { node, field });
        let place = node.get("in").filter(|_| at.as_str() == Some("apiKey"));
        let misplaced =
            place.filter(|place| place.as_str().is_some_and(|at| key_location(at).is_none()));
        missing
            .chain(misplaced.map(Problem::UnknownKeyLocation))
            .collect()
    }
}

/// Parses a value of `in` of an API key as a location.
fn key_location(name: &str) -> Option<ParameterLocation> {
    ParameterLocation::from_name(name).filter(|location| {
        use ParameterLocation::{Cookie, Header, Query};
        matches!(location, Header | Query | Cookie)
    })
}

impl<'d> Security<'d> {
    /// Returns whether a request without credentials is accepted.
    #[must_use]
    pub fn is_optional(&self) -> bool {
        let mut requirements = self.requirements.iter();
        self.requirements.is_empty()
            || requirements.any(|requirement| requirement.schemes.is_empty())
    }

    /// Returns the API keys that all alternatives with credentials contain, with one of their schemes each.
    pub(super) fn common_keys(&self) -> HashMap<ParameterKey, SecurityScheme<'d>> {
        let with_credentials = self.requirements.iter().filter(|it| !it.schemes.is_empty());
        let mut alternatives = with_credentials.map(|requirement| {
            let schemes = requirement.schemes.iter().filter_map(|used| used.scheme);
            let keys = schemes.filter_map(|scheme| Some((scheme.key()?, scheme)));
            keys.collect::<HashMap<_, _>>()
        });
        let mut common = alternatives.next().unwrap_or_default();
        for keys in alternatives {
            common.retain(|key, _| keys.contains_key(key));
        }
        common
    }

    pub(super) fn problems_noting(&self, problems: &mut Vec<Problem<'d>>) {
        let schemes = self
            .requirements
            .iter()
            .flat_map(|requirement| &requirement.schemes);
        problems.extend(schemes.filter_map(SchemeUse::problem));
    }
}

impl<'d> SchemeUse<'d> {
    /// Returns a problem if the document has no scheme of that name.
    #[must_use]
    pub fn problem(&self) -> Option<Problem<'d>> {
        let schemes = components(self.node.document().root(), "securitySchemes");
        let schemes = schemes.into_iter().flat_map(Node::entries);
        let names = schemes.map(|(name, _)| name);
        let undefined = || Problem::UndefinedSecurityScheme {
            name: self.name,
            node: self.node,
            similar: nearest(self.name, names),
        };
        self.scheme.is_none().then(undefined)
    }
}

pub(super) fn of(operation: Node<'_>) -> Security<'_> {
    let root = operation.document().root();
    let node = operation.get("security").or_else(|| root.get("security"));
    let requirements = node.into_iter().flat_map(Node::items);
    Security {
        node,
        requirements: requirements.map(requirement).collect(),
    }
}

pub(crate) fn requirement(node: Node<'_>) -> Requirement<'_> {
    let schemes = components(node.document().root(), "securitySchemes");
    let scheme = |name| {
        let node = schemes?.get(name)?.resolve().ok()?;
        Some(SecurityScheme { name, node })
    };
    let uses = node.entries().map(|(name, scopes)| SchemeUse {
        name,
        scopes: scopes.items().filter_map(Node::as_str).collect(),
        node: scopes,
        scheme: scheme(name),
    });
    Requirement {
        node,
        schemes: uses.collect(),
    }
}
