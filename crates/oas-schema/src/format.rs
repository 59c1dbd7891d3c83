//! Validates the `format` keyword (OpenAPI format registry; JSON Schema Validation 2020-12 §7.3).

mod date;
mod email;
mod hostname;
mod idna;
mod punycode;
mod token;
mod uri_template;

use std::net::{Ipv4Addr, Ipv6Addr};

use iri_string::types::{IriReferenceStr, IriStr, UriReferenceStr, UriStr};

use crate::Types;
use crate::pattern::is_ecma_262;

/// The constraint of a format.
#[derive(Clone, Copy)]
enum Check {
    /// The function returns whether a text is valid.
    Text(fn(&str) -> bool),
    /// An integer from the first to the last.
    Range(i128, i128),
    /// No constraint: the format is an annotation.
    Nothing,
}

/// The properties of a format.
struct Entry {
    format: Format,
    name: &'static str,
    check: Check,
    described: &'static str,
    standard: &'static str,
}

/// Declares the formats, each once: variant, name, check, words for a message, standard.
macro_rules! formats {
    ($($variant:ident $name:literal $check:expr, $described:literal, $standard:literal;)*) => {
        /// A value of the `format` keyword that is known here. Unknown formats are annotations, which are not validated.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Format {
            $(#[doc = concat!("`", $name, "`: ", $standard, ".")] $variant,)*
        }

        impl Format {
            /// All formats, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];
        }

        const TABLE: &[Entry] = &[$(Entry {
            format: Format::$variant,
            name: $name,
            check: $check,
            described: $described,
            standard: $standard,
        },)*];
    };
}

use Check::{Nothing, Range, Text};

formats! {
    DateTime "date-time" Text(date::is_date_time), "a date-time such as 2017-11-14T22:20:57Z", "RFC 3339 §5.6";
    Date "date" Text(date::is_date), "a date such as 2017-11-14", "`full-date` of RFC 3339 §5.6";
    Time "time" Text(date::is_time), "a time such as 22:20:57Z", "`full-time` of RFC 3339 §5.6";
    Duration "duration" Text(date::is_duration), "a duration such as P1DT12H", "RFC 3339 appendix A";
    Email "email" Text(email::is_email), "an e-mail address", "`Mailbox` of RFC 5321 §4.1.2";
    IdnEmail "idn-email" Text(email::is_idn_email), "an e-mail address", "RFC 6531 §3.3";
    Hostname "hostname" Text(hostname::is_hostname), "a host name", "RFC 1123 §2.1, with the A-labels of RFC 5890 §2.3.2.1";
    IdnHostname "idn-hostname" Text(hostname::is_idn_hostname), "a host name", "RFC 5890 §2.3.2.3";
    Ipv4 "ipv4" Text(|text| text.parse::<Ipv4Addr>().is_ok()), "an IPv4 address", "`dotted-quad` of RFC 2673 §3.2";
    Ipv6 "ipv6" Text(|text| text.parse::<Ipv6Addr>().is_ok()), "an IPv6 address", "RFC 4291 §2.2";
    Uri "uri" Text(|text| UriStr::new(text).is_ok()), "a URI", "RFC 3986 §3";
    UriReference "uri-reference" Text(|text| UriReferenceStr::new(text).is_ok()), "a URI reference", "RFC 3986 §4.1";
    Iri "iri" Text(|text| IriStr::new(text).is_ok()), "an IRI", "RFC 3987 §2.2";
    IriReference "iri-reference" Text(|text| IriReferenceStr::new(text).is_ok()), "an IRI reference", "RFC 3987 §2.2";
    UriTemplate "uri-template" Text(uri_template::is_uri_template), "a URI template", "RFC 6570 §2";
    Uuid "uuid" Text(token::is_uuid), "a UUID", "RFC 9562 §4";
    JsonPointer "json-pointer" Text(token::is_json_pointer), "a JSON Pointer", "RFC 6901 §3";
    RelativeJsonPointer "relative-json-pointer" Text(token::is_relative_json_pointer), "a relative JSON Pointer",
        "draft-bhutton-relative-json-pointer-00 §3";
    Regex "regex" Text(is_ecma_262), "a regular expression", "ECMA-262 2025 §22.2.1";
    Decimal "decimal" Text(token::is_decimal), "a decimal number such as 12.50", "a fixed-point number of any precision";
    Byte "byte" Text(token::is_base64), "base64", "RFC 4648 §4, with padding";
    Int8 "int8" Range(i8::MIN as i128, i8::MAX as i128), "an 8-bit integer", "a signed integer of 8 bits";
    Int16 "int16" Range(i16::MIN as i128, i16::MAX as i128), "a 16-bit integer", "a signed integer of 16 bits";
    Int32 "int32" Range(i32::MIN as i128, i32::MAX as i128), "a 32-bit integer", "a signed integer of 32 bits";
    Int64 "int64" Range(i64::MIN as i128, i64::MAX as i128), "a 64-bit integer", "a signed integer of 64 bits";
    Uint8 "uint8" Range(0, u8::MAX as i128), "an 8-bit integer without a sign", "an unsigned integer of 8 bits";
    Uint16 "uint16" Range(0, u16::MAX as i128), "a 16-bit integer without a sign", "an unsigned integer of 16 bits";
    Uint32 "uint32" Range(0, u32::MAX as i128), "a 32-bit integer without a sign", "an unsigned integer of 32 bits";
    Uint64 "uint64" Range(0, u64::MAX as i128), "a 64-bit integer without a sign", "an unsigned integer of 64 bits";
    Float "float" Nothing, "a number", "a number of single precision";
    Double "double" Nothing, "a number", "a number of double precision";
    Password "password" Nothing, "a password", "a hint to hide the value";
    Binary "binary" Nothing, "bytes", "any sequence of octets";
}

impl Format {
    /// Parses a value of the `format` keyword; `None` if the format is not known.
    ///
    /// ```
    /// use oas_schema::Format;
    ///
    /// assert_eq!(Format::from_name("date-time"), Some(Format::DateTime));
    /// assert_eq!(Format::from_name("zip-code"), None);
    /// ```
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let entry = TABLE.iter().find(|entry| entry.name == name)?;
        Some(entry.format)
    }

    /// Returns the value of the `format` keyword.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.entry().name
    }

    /// Returns the standard that defines the format.
    #[must_use]
    pub const fn standard(self) -> &'static str {
        self.entry().standard
    }

    /// Returns the types of values that the format constrains: [`Types::NONE`] if it is only an annotation. Values of other types
    /// are valid (JSON Schema Validation 2020-12 §7.1).
    #[must_use]
    pub const fn types(self) -> Types {
        match self.entry().check {
            Text(_) => Types::STRING,
            Range(..) => Types::NUMBER,
            Nothing => Types::NONE,
        }
    }

    /// Returns the expected value, as the object of "must be".
    pub(super) const fn describe(self) -> &'static str {
        self.entry().described
    }

    /// Returns the smallest and the largest number of a format for integers; `None` for other formats.
    #[must_use]
    pub const fn range(self) -> Option<(i128, i128)> {
        match self.entry().check {
            Range(least, most) => Some((least, most)),
            Text(_) | Nothing => None,
        }
    }

    /// Returns whether a string is valid in the format. Every string is, if the format does not constrain strings.
    ///
    /// ```
    /// use oas_schema::Format;
    ///
    /// assert!(Format::Date.matches("2024-02-29"));
    /// assert!(!Format::Date.matches("2023-02-29"));
    /// ```
    #[must_use]
    pub fn matches(self, text: &str) -> bool {
        match self.entry().check {
            Text(accepts) => accepts(text),
            Range(..) | Nothing => true,
        }
    }

    const fn entry(self) -> &'static Entry {
        // The macro writes variants and entries in one order.
        &TABLE[self as usize]
    }
}
