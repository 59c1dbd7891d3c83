//! Represents problems of objects that views leave out, and contradictions between objects.

use super::{Operation, Parameter, ParameterLocation, SecurityScheme, parameter::has_style};
use crate::{
    Content, Diagnostic, DocumentEdit, Node, ReferenceError, Version, object_model::Object, rules,
};

/// A defect of an object that is left out or replaced when it is read, or that contradicts another object.
///
/// A problem converts to the diagnostic that the linter reports, so that the linter and the code generator use one code
/// and one message. The generator may lower the severity, because it can still generate code from the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Problem<'d> {
    /// A `$ref` cannot be resolved; the object in place of it is left out.
    Reference(ReferenceError<'d>),
    /// An object lacks a required field; the object is left out, but for a parameter that is the whole query string and has no
    /// `content`, which is read as text.
    MissingField {
        /// The object.
        node: Node<'d>,
        /// The kind of the object.
        object: Object,
        /// The name of the field.
        field: &'static str,
    },
    /// A parameter is not an object, or its name or location is not a string; the parameter is left out.
    InvalidParameter {
        /// The node that has another type than the standard demands.
        node: Node<'d>,
        /// The field whose value it is, `name` or `in`; `None` if it is in place of the whole parameter.
        field: Option<&'static str>,
    },
    /// The key of this entry of `content` is not a media type; the entry is left out if another key is one.
    InvalidMediaType(Node<'d>),
    /// A parameter has this value of `in`, which is not a location of the standard; the parameter is left out.
    UnknownLocation(Node<'d>),
    /// A parameter is declared twice in one list; the second declaration is ignored.
    DuplicateParameter {
        /// The second declaration.
        parameter: Parameter<'d>,
        /// The first declaration.
        first: Node<'d>,
    },
    /// A parameter is the whole query string, but another parameter is in the query too; the former is left out.
    SharedQuery {
        /// The parameter that is left out.
        parameter: Parameter<'d>,
        /// The parameter that stays.
        other: Node<'d>,
    },
    /// A header parameter is named `Accept`, `Content-Type` or `Authorization`, which the standard requires tools to ignore, because
    /// the document describes these headers by media types and security schemes.
    IgnoredParameter(Parameter<'d>),
    /// A parameter is an API key that every request with credentials contains; the parameter is left out, because the
    /// security scheme describes it.
    KeyParameter {
        /// The parameter.
        parameter: Parameter<'d>,
        /// The security scheme.
        scheme: SecurityScheme<'d>,
    },
    /// A parameter has a style that its location does not support; the default style is used.
    InvalidStyle {
        /// The value of `style`.
        node: Node<'d>,
        /// The location of the parameter.
        location: ParameterLocation,
    },
    /// A name in the braces of a path template is not declared as a path parameter.
    UndeclaredPathParameter {
        /// The operation.
        operation: Operation<'d>,
        /// The name.
        name: &'d str,
        /// The similar name of a declared path parameter, if any.
        similar: Option<&'d str>,
    },
    /// The name of a path parameter is not in the path template.
    UnusedPathParameter {
        /// The operation.
        operation: Operation<'d>,
        /// The parameter.
        parameter: Parameter<'d>,
    },
    /// A key of `x-operations` is not a method in lower case; the group under it is left out.
    UnknownMethod {
        /// The key.
        field: &'d str,
        /// The group of operations under it.
        node: Node<'d>,
    },
    /// A group of `x-operations` has this value of `in`, which is not `body`, `query` or `header`; the group is left
    /// out.
    UnknownSelectorPlace(Node<'d>),
    /// A key of `responses` is neither a status, a range such as `4XX`, nor `default`, and its response is left out; or it is a
    /// range in lower case, which is read as one in upper case.
    InvalidStatus {
        /// The key.
        key: &'d str,
        /// The value under it.
        node: Node<'d>,
    },
    /// An operation has no `operationId`.
    MissingOperationId(Node<'d>),
    /// A security requirement names a scheme that the document does not have.
    UndefinedSecurityScheme {
        /// The name.
        name: &'d str,
        /// The list of scopes under the name.
        node: Node<'d>,
        /// The similar name of a security scheme, if any.
        similar: Option<&'d str>,
    },
    /// An extension of a schema names a property that the schema does not have.
    UnknownExtensionProperty {
        /// The name.
        name: &'d str,
        /// The value of the extension that is the name.
        node: Node<'d>,
        /// The similar name of a property, if any.
        similar: Option<&'d str>,
    },
    /// A security scheme has this value of `type`, which the standard does not define.
    UnknownSchemeType(Node<'d>),
    /// A security scheme lacks a field that its type requires, or the value of the field has another type.
    IncompleteScheme {
        /// The security scheme.
        node: Node<'d>,
        /// The name of the field.
        field: &'static str,
    },
    /// An API key has this value of `in`, which is not `header`, `query` or `cookie`.
    UnknownKeyLocation(Node<'d>),
}

impl From<Problem<'_>> for Diagnostic {
    fn from(problem: Problem<'_>) -> Self {
        let of_rule = |rule, node, message: &str| Self::of_rule(rule, node, message);
        match problem {
            Problem::Reference(error) => error.into(),
            Problem::MissingField {
                node,
                object,
                field,
            } => of_rule(
                rules::MISSING_FIELD,
                node,
                &format!("{} has no `{field}`", object.name()),
            )
            .help(format!("add `{field}`")),
            Problem::InvalidParameter { node, field } => {
                let kind = node.kind();
                match field {
                    Some(field) => {
                        let message = format!("`{field}` must be a string, and this is {kind}");
                        of_rule(rules::WRONG_KIND, node, &message).help("write a string")
                    }
                    None => {
                        let message = format!("a parameter belongs here, and this is {kind}");
                        of_rule(rules::WRONG_KIND, node, &message).help("write an object")
                    }
                }
            }
            Problem::InvalidMediaType(at) => {
                let name = at.key().unwrap_or_default();
                let message = format!("`{name}` is not a media type");
                of_rule(rules::INVALID_MEDIA_TYPE, at, &message)
                    .help("write type and subtype, such as `application/json`")
                    .at_key()
            }
            Problem::UnknownLocation(at) => {
                let name = at.as_str().unwrap_or_default();
                let help = match name {
                    "body" | "formData" => "describe the body with `requestBody` of the operation",
                    _ if at.document().version() < Version::V3_2 => {
                        "write `path`, `query`, `header` or `cookie`"
                    }
                    _ => "write `path`, `query`, `querystring`, `header` or `cookie`",
                };
                let message = format!("a parameter cannot be in `{name}`");
                of_rule(rules::INVALID_VALUE, at, &message).help(help)
            }
            Problem::DuplicateParameter { parameter, first } => {
                let message = format!(
                    "the {} parameter `{}` is declared twice",
                    parameter.location, parameter.name
                );
                of_rule(rules::DUPLICATE_PARAMETER, parameter.raw, &message)
                    .help("remove one of the two, or rename one")
                    .related(first, "declared here first")
            }
            Problem::SharedQuery { parameter, other } => {
                let message = format!(
                    "`{}` is not the only parameter of the query",
                    parameter.name
                );
                of_rule(rules::SHARED_QUERY, parameter.raw, &message)
                    .help("describe the whole query by one of the two")
                    .related(other, "this is another one")
            }
            Problem::IgnoredParameter(parameter) => {
                let name = parameter.name;
                let help = match name.to_ascii_lowercase().as_str() {
                    "authorization" => "describe it by a security scheme",
                    "accept" => "it follows from the `content` of the responses; remove it",
                    _ => "it follows from the `content` of the request body; remove it",
                };
                let message = format!("the header `{name}` is not a parameter");
                of_rule(rules::IGNORED_PARAMETER, parameter.node, &message).help(help)
            }
            Problem::KeyParameter { parameter, scheme } => {
                let Parameter { name, location, .. } = parameter;
                let message = format!(
                    "the {location} parameter `{name}` is the API key of the security scheme `{}`",
                    scheme.name
                );
                of_rule(rules::IGNORED_PARAMETER, parameter.raw, &message)
                    .help("remove it: a request gets the key from its credentials")
                    .related(scheme.node, "the security scheme is defined here")
            }
            Problem::InvalidStyle { node, location } => {
                let name = node.as_str().unwrap_or_default();
                let message = format!("a parameter in {location} cannot have the style `{name}`");
                let allowed = location.styles().iter();
                let allowed = allowed.filter(|style| has_style(location, **style, node));
                let allowed: Vec<_> = allowed.map(|style| format!("`{style}`")).collect();
                let help = format!("write {}", allowed.join(" or "));
                of_rule(rules::INVALID_STYLE, node, &message).help(help)
            }
            Problem::UndeclaredPathParameter {
                operation,
                name,
                similar,
            } => {
                let path = operation.path;
                let message =
                    format!("`{{{name}}}` of `{path}` is not declared as a path parameter");
                let elsewhere = operation.parameters().into_iter();
                let elsewhere = elsewhere
                    .filter(|parameter| parameter.name == name)
                    .map(|parameter| parameter.location)
                    .next();
                let finding = of_rule(rules::UNDECLARED_PATH_PARAMETER, operation.node, &message);
                match (elsewhere, similar) {
                    (Some(location), _) => finding.help(format!(
                        "`{name}` is declared with `in: {location}`; write `in: path`"
                    )),
                    (None, Some(similar)) => {
                        finding.help(format!("`{similar}` is declared; give both the same name"))
                    }
                    (None, None) => finding
                        .help(format!(
                            "add `{{name: {name}, in: path, required: true, schema: …}}` to `parameters`"
                        ))
                        .edits([DocumentEdit::Add(
                            operation.node.pointer_to(["parameters", "-"]),
                            path_parameter(name),
                        )]),
                }
            }
            Problem::UnusedPathParameter {
                operation,
                parameter,
            } => {
                let (name, path) = (parameter.name, operation.path);
                let message =
                    format!("`{name}` is a path parameter, but `{path}` has no place for it");
                of_rule(rules::UNUSED_PATH_PARAMETER, parameter.raw, &message).help(format!(
                    "add `{{{name}}}` to the path, or remove the parameter"
                ))
            }
            Problem::UnknownMethod { field, node } => {
                let message = format!("`{field}` is not a method of a path item");
                let lower = field.to_ascii_lowercase();
                let help = match super::Method::from_field(&lower) {
                    Some(_) => format!("write `{lower}`"),
                    None => {
                        "write the method in lower case, such as `put`, and its operations below"
                            .into()
                    }
                };
                of_rule(rules::INVALID_VALUE, node, &message)
                    .help(help)
                    .at_key()
            }
            Problem::UnknownSelectorPlace(at) => of_rule(
                rules::INVALID_VALUE,
                at,
                "operations cannot be told apart by this part of a request",
            )
            .help("write `body` for a key of the body, `query` or `header`"),
            Problem::InvalidStatus { key, node } => {
                let capitals = key.to_ascii_uppercase();
                let (message, help) = match capitals.parse::<super::StatusPattern>() {
                    Ok(_) if key.parse::<super::StatusPattern>().is_ok() => (
                        format!("`{key}` must be written in capitals"),
                        Some(capitals),
                    ),
                    Ok(_) => (not_a_status(key), Some(capitals)),
                    Err(_) => (not_a_status(key), None),
                };
                let finding = of_rule(rules::INVALID_STATUS, node, &message);
                let finding = match help {
                    Some(meant) => finding
                        .help(format!("write `{meant}`"))
                        .edits([DocumentEdit::Write(meant)]),
                    None => finding
                        .help("write a status such as `200`, a range such as `4XX`, or `default`"),
                };
                finding.at_key()
            }
            Problem::MissingOperationId(node) => {
                let message = "the operation has no `operationId`";
                of_rule(rules::MISSING_OPERATION_ID, node, message)
                    .help("add one; it is the name of a method in generated code")
            }
            Problem::UndefinedSecurityScheme {
                name,
                node,
                similar,
            } => {
                let message = format!("there is no security scheme `{name}`");
                of_rule(rules::UNDEFINED_SECURITY_SCHEME, node, &message)
                    .did_you_mean_or(similar, || {
                        format!("add `{name}` to `securitySchemes` of the components")
                    })
                    .at_key()
            }
            Problem::UnknownExtensionProperty {
                name,
                node,
                similar,
            } => {
                let message = format!("the schema has no property `{name}`");
                let finding = of_rule(rules::UNKNOWN_EXTENSION_PROPERTY, node, &message);
                finding.did_you_mean_or(similar, || {
                    "name a property of this schema, or remove it from the extension".to_owned()
                })
            }
            Problem::UnknownSchemeType(at) => {
                let name = at.as_str().unwrap_or_default();
                let help = match name {
                    "basic" => "write `type: http` with `scheme: basic`",
                    "bearer" => "write `type: http` with `scheme: bearer`",
                    _ => {
                        "write `apiKey`, `http`, `oauth2`, `openIdConnect` or, from 3.1 on, `mutualTLS`"
                    }
                };
                let message = format!("there is no security scheme of the type `{name}`");
                of_rule(rules::INVALID_VALUE, at, &message).help(help)
            }
            Problem::IncompleteScheme { node, field } => {
                let kind = super::text(node, "type").unwrap_or_default();
                let message = format!("a security scheme of the type `{kind}` must have `{field}`");
                match node.get(field) {
                    Some(value) => of_rule(rules::WRONG_KIND, value, &message)
                        .help(format!("write `{field}` as the standard has it")),
                    None => {
                        of_rule(rules::MISSING_FIELD, node, &message).help(format!("add `{field}`"))
                    }
                }
            }
            Problem::UnknownKeyLocation(at) => {
                of_rule(rules::INVALID_VALUE, at, "an API key cannot be here")
                    .help("write `header`, `query` or `cookie`")
            }
        }
    }
}

/// Returns a path parameter with its required fields.
fn path_parameter(name: &str) -> Content {
    Content::map([
        ("name", name.into()),
        ("in", "path".into()),
        ("required", true.into()),
        ("schema", Content::map([("type", "string".into())])),
    ])
}

fn not_a_status(key: &str) -> String {
    format!("`{key}` is neither a status, a range such as `4XX`, nor `default`")
}
