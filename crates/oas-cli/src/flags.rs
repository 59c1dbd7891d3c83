//! Computes the flags of a command: its parameters, the properties of its body, the parts of a form.

use std::collections::HashSet;

use heck::ToKebabCase as _;

use crate::credentials;
use crate::description::{BodyMediaType, Command, Description, Input, MediaKind, Shape};

/// The flags that all commands have. An input of the document with one of these names gets another flag. Where an input
/// of the document is called the same, it gets another name.
pub(crate) const RESERVED: [&str; 14] = [
    "body",
    "body-template",
    "content-type",
    "describe",
    "dry-run",
    "fields",
    "help",
    "lang",
    "output",
    "part",
    "profile",
    "save",
    "timeout",
    "url",
];

/// A flag of a command.
#[derive(Debug)]
pub(crate) struct Flag<'d> {
    /// The name of the flag, without its leading hyphens.
    pub(crate) name: String,
    pub(crate) target: FlagTarget<'d>,
    pub(crate) input: &'d Input,
}

/// The part of the request that a flag sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FlagTarget<'d> {
    /// A parameter.
    Parameter,
    /// The property of the body at this path.
    Body(Vec<&'d str>),
    /// A part of a multipart body.
    Part,
    /// A header field of the part with this name.
    PartHeader(&'d str),
}

impl FlagTarget<'_> {
    /// Returns the name of this place, in a word.
    pub(crate) fn name(&self, input: &Input) -> &'static str {
        match self {
            Self::Parameter => input.location().map_or("parameter", |place| place.name()),
            Self::Body(_) => "body",
            Self::Part => "part",
            Self::PartHeader(_) => "part-header",
        }
    }
}

impl Flag<'_> {
    /// Returns whether the command is invalid without this flag. A property of the body is never required as a flag,
    /// because `--body` can contain it. A property of the body can be in `--body` instead.
    pub(crate) fn is_required(&self) -> bool {
        self.input.required && self.target == FlagTarget::Parameter
    }

    /// Returns whether the flag sets a property of the object that another flag sets.
    pub(crate) fn is_within(&self, other: &Self) -> bool {
        match (&self.target, &other.target) {
            (FlagTarget::Body(inner), FlagTarget::Body(outer)) => {
                inner.len() > outer.len() && inner.starts_with(outer)
            }
            _ => false,
        }
    }

    /// Returns whether the flag can be repeated, once for each item.
    pub(crate) fn is_repeated(&self) -> bool {
        self.input.repeated || is_list(&self.input.shape)
    }
}

/// Returns whether a shape is a list, or a nullable one.
pub(crate) fn is_list(shape: &Shape) -> bool {
    match shape {
        Shape::List(_) => true,
        Shape::Nullable(inner) => is_list(inner),
        _ => false,
    }
}

/// Returns the body that flags can describe: the first that has properties or parts.
pub(crate) fn described<'d>(
    description: &'d Description,
    command: &'d Command,
) -> Option<&'d BodyMediaType> {
    let media = command.body.iter().flat_map(|body| &body.media);
    media.into_iter().find(|media| match media.kind {
        MediaKind::Multipart => !media.parts.is_empty(),
        MediaKind::Json | MediaKind::Form => {
            let shape = media.shape.as_ref();
            shape.is_some_and(|shape| !description.fields(shape).is_empty())
        }
        MediaKind::Text | MediaKind::Bytes => false,
    })
}

/// Returns the flags of a command, parameters first, in the order of the document.
///
/// A flag has the name of its input: `--image-uuid` for `imageUuid`, and `--params.name` for the property `name` of the
/// property `params` of the body, `--picture.x-width` for the header field `X-Width` of the part `picture`. If two inputs have the same name, a parameter keeps it, a path before a query, and
/// the other gets its place as a prefix: `--query-id`, `--body-id`.
pub(crate) fn flags<'d>(description: &'d Description, command: &'d Command) -> Vec<Flag<'d>> {
    let mut names = Names::new(description);
    let mut flags: Vec<Flag<'d>> = Vec::new();
    // The places in the order in which they claim a name; the stable sort keeps the document's order within each.
    let mut parameters: Vec<(usize, &Input)> = command.parameters.iter().enumerate().collect();
    parameters.sort_by_key(|(_, input)| input.location());
    let mut named: Vec<(usize, String)> = parameters
        .into_iter()
        .map(|(index, input)| {
            let place = FlagTarget::Parameter.name(input);
            (index, names.claim(&kebab(&input.name), place))
        })
        .collect();
    named.sort_by_key(|(index, _)| *index);
    for (input, (_, name)) in command.parameters.iter().zip(named) {
        flags.push(Flag {
            name,
            target: FlagTarget::Parameter,
            input,
        });
    }
    let Some(media) = described(description, command) else {
        return flags;
    };
    if media.kind == MediaKind::Multipart {
        for input in &media.parts {
            let name = names.claim(&kebab(&input.name), "part");
            let headers = input.headers.iter();
            let headers = headers.map(|header| Flag {
                name: names.claim(&format!("{name}.{}", kebab(&header.name)), "part"),
                target: FlagTarget::PartHeader(&input.name),
                input: header,
            });
            let headers: Vec<Flag<'_>> = headers.collect();
            flags.push(Flag {
                name,
                target: FlagTarget::Part,
                input,
            });
            flags.extend(headers);
        }
        return flags;
    }
    let fields = media
        .shape
        .as_ref()
        .map_or(&[][..], |shape| description.fields(shape));
    for input in fields {
        let name = names.claim(&kebab(&input.name), "body");
        let inner = description.fields(&input.shape).iter();
        let inner: Vec<Flag<'_>> = inner
            .map(|inner| Flag {
                name: names.claim(&format!("{name}.{}", kebab(&inner.name)), "body"),
                target: FlagTarget::Body(vec![&input.name, &inner.name]),
                input: inner,
            })
            .collect();
        flags.push(Flag {
            name,
            target: FlagTarget::Body(vec![&input.name]),
            input,
        });
        flags.extend(inner);
    }
    flags
}

/// The names of a command's flags that are already used.
struct Names(HashSet<String>);

impl Names {
    fn new(description: &Description) -> Self {
        let schemes = description.credentials.iter();
        let schemes = schemes.map(|scheme| credentials::flag(description, scheme));
        Self(
            RESERVED
                .map(str::to_owned)
                .into_iter()
                .chain(schemes)
                .collect(),
        )
    }

    fn claim(&mut self, name: &str, place: &str) -> String {
        let placed = format!("{place}-{name}");
        let numbered = (2..).map(|number| format!("{placed}-{number}"));
        let mut names = [name.to_owned(), placed.clone()]
            .into_iter()
            .chain(numbered);
        let free = names.find(|name| !self.0.contains(name)).unwrap_or(placed);
        self.0.insert(free.clone());
        free
    }
}

/// Converts a name to the form of flags: words in lower case with hyphens between them.
pub(crate) fn kebab(name: &str) -> String {
    let kebab = name.to_kebab_case();
    match kebab.is_empty() {
        true => "value".to_owned(),
        false => kebab,
    }
}
