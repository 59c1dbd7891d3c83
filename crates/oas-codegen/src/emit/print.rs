//! Prints tokens as text for rustfmt.
//!
//! rustfmt decides how code looks, so that this text has to have its tokens, documentation as comments, and line breaks
//! that keep lines short: parsing the tokens and laying them out would double the work. Three things are decided here,
//! because rustfmt preserves them: the empty lines between items, those between the members of implementations and
//! traits, and the spaces in calls of macros whose arguments are no expressions.

use std::fmt::Write as _;

use proc_macro2::{Delimiter, Group, Punct, Spacing, TokenStream, TokenTree};

use crate::symbols::Symbols;

/// The kind of an item, for the empty lines around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Use,
    /// `mod name;`
    Module,
    /// A constant or static that is short.
    Constant,
    Other,
}

impl Kind {
    /// Returns whether an empty line separates an item from the next one.
    pub(super) fn is_apart_from(self, next: Self) -> bool {
        match next {
            Self::Use | Self::Module => self != next,
            Self::Constant => matches!(self, Self::Use | Self::Module),
            Self::Other => true,
        }
    }
}

/// A stream of items, taken apart.
#[derive(Debug, Default)]
pub(super) struct Items {
    /// Inner attributes, a line each.
    pub(super) attributes: String,
    pub(super) items: Vec<(Kind, String)>,
}

/// The longest constant that is printed without empty lines around it.
const SHORT: usize = 88;

/// Prints items, with names in the places of symbols, which are recorded.
pub(super) fn items(tokens: TokenStream, symbols: &mut Symbols) -> Items {
    let mut printed = Items::default();
    for item in split(tokens) {
        let kind = item.kind();
        let mut printer = Printer {
            symbols,
            out: String::new(),
            word: String::new(),
            depth: 0,
            end: End::Line,
            is_broken: false,
        };
        match kind {
            ItemClass::InnerAttribute => {
                printer.stream(item.0);
                printed.attributes.push_str(printer.out.trim_end());
                printed.attributes.push('\n');
            }
            ItemClass::Block => {
                printer.block_of_members(item.0);
                printed.items.push((Kind::Other, printer.finished()));
            }
            ItemClass::Item(kind) => {
                printer.stream(item.0);
                let text = printer.finished();
                let kind = match kind {
                    // The text of a string is not broken.
                    Kind::Constant if text.trim_end().contains('\n') => Kind::Other,
                    Kind::Constant if text.len() > SHORT && !has_one_text(&text) => Kind::Other,
                    kind => kind,
                };
                printed.items.push((kind, text));
            }
        }
    }
    printed
}

/// Returns whether the value of a constant is a string, which is never broken, however long.
fn has_one_text(text: &str) -> bool {
    let value = text.split_once(" = ").map(|(_, value)| value);
    value.is_some_and(|value| {
        value.starts_with(['"', 'r']) && (value.ends_with("\";\n") || value.ends_with("#;\n"))
    })
}

/// The tokens of an item.
struct Tokens(Vec<TokenTree>);

enum ItemClass {
    InnerAttribute,
    /// An implementation or a trait: its members have empty lines between them.
    Block,
    Item(Kind),
}

impl Tokens {
    /// Returns the kind of an item, by the words after attributes and visibility.
    fn kind(&self) -> ItemClass {
        let mut tokens = self.0.iter().peekable();
        let mut first = None;
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    let is_inner = tokens.peek().is_some_and(|next| is_punct(next, '!'));
                    if is_inner {
                        return ItemClass::InnerAttribute;
                    }
                    tokens.next();
                }
                TokenTree::Group(_) => {}
                TokenTree::Ident(word) => {
                    let word = word.to_string();
                    if !matches!(&*word, "pub" | "unsafe" | "async") {
                        first = Some(word);
                        break;
                    }
                }
                _ => break,
            }
        }
        let ends_with_block = matches!(
            self.0.last(),
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace
        );
        match first.as_deref() {
            Some("use") => ItemClass::Item(Kind::Use),
            Some("mod") if !ends_with_block => ItemClass::Item(Kind::Module),
            Some("const" | "static") if !ends_with_block => ItemClass::Item(Kind::Constant),
            Some("impl" | "trait") => ItemClass::Block,
            _ => ItemClass::Item(Kind::Other),
        }
    }
}

/// Takes items apart, or the members of an implementation or trait.
pub(super) fn members(tokens: TokenStream) -> impl Iterator<Item = TokenStream> {
    let members = split(tokens).into_iter();
    members.map(|member| member.0.into_iter().collect())
}

/// Items, or the members of an implementation or trait: each ends with a semicolon or a block.
fn split(tokens: TokenStream) -> Vec<Tokens> {
    let mut items = Vec::new();
    let mut item = Vec::new();
    // Constants and imports have blocks within them.
    let mut ends_with_semicolon = false;
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let is_attribute = is_punct(&token, '#');
        if is_attribute {
            item.push(token);
            let is_inner = tokens.next_if(|next| is_punct(next, '!'));
            let ends = is_inner.is_some();
            item.extend(is_inner);
            item.extend(tokens.next());
            if ends {
                items.push(Tokens(std::mem::take(&mut item)));
            }
            continue;
        }
        let ends = match &token {
            TokenTree::Ident(word) if *word == "use" || *word == "static" || *word == "type" => {
                ends_with_semicolon = true;
                false
            }
            TokenTree::Ident(word) if *word == "const" => {
                let is_function = matches!(
                    tokens.peek(),
                    Some(TokenTree::Ident(next)) if *next == "fn" || *next == "unsafe"
                );
                ends_with_semicolon |= !is_function;
                false
            }
            TokenTree::Group(group) => {
                group.delimiter() == Delimiter::Brace && !ends_with_semicolon
            }
            token => is_punct(token, ';'),
        };
        item.push(token);
        if ends {
            items.push(Tokens(std::mem::take(&mut item)));
            ends_with_semicolon = false;
        }
    }
    if !item.is_empty() {
        items.push(Tokens(item));
    }
    items
}

fn is_punct(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}

/// The end of the text so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// A line break; nothing of the next line is written.
    Line,
    /// The beginning of a group, or a token that the next one may touch.
    Open,
    /// A name, a literal, or a group.
    Word,
    /// A token of punctuation that is apart from the next token.
    Punct,
}

struct Printer<'a> {
    symbols: &'a mut Symbols,
    out: String,
    /// The last name, whose memory the next one takes.
    word: String,
    depth: usize,
    end: End,
    /// Whether the statement has arguments on lines of their own.
    is_broken: bool,
}

impl Printer<'_> {
    fn finished(mut self) -> String {
        self.line();
        self.out
    }

    fn line(&mut self) {
        if self.end != End::Line {
            self.out.push('\n');
            self.end = End::Line;
        }
    }

    /// Writes a token; `is_apart` is whether a space separates it from a word or from punctuation before it.
    fn write(&mut self, text: &str, is_apart: bool, end: End) {
        match self.end {
            End::Line => self.indent(),
            End::Word | End::Punct if is_apart => self.out.push(' '),
            _ => {}
        }
        self.out.push_str(text);
        self.end = end;
    }

    fn indent(&mut self) {
        /// Deeper code is not indented further: rustfmt puts it in its place.
        const MAX_DEPTH: usize = 8;
        for _ in 0..self.depth.min(MAX_DEPTH) {
            self.out.push_str("    ");
        }
    }

    /// Prints an implementation or a trait, with empty lines between its members.
    fn block_of_members(&mut self, mut tokens: Vec<TokenTree>) {
        let Some(TokenTree::Group(block)) = tokens.pop() else {
            return;
        };
        self.stream(tokens);
        self.write("{", true, End::Open);
        self.depth += 1;
        let members = split(inside(block));
        let is_empty = members.is_empty();
        for (index, member) in members.into_iter().enumerate() {
            self.line();
            if index > 0 {
                self.out.push('\n');
            }
            self.stream(member.0);
        }
        self.depth -= 1;
        if !is_empty {
            self.line();
        }
        self.write("}", false, End::Word);
    }

    fn stream(&mut self, tokens: impl IntoIterator<Item = TokenTree>) {
        self.tokens(tokens, false);
    }

    /// Writes tokens; directly within a block, a line ends with a comma or a semicolon.
    fn tokens(&mut self, tokens: impl IntoIterator<Item = TokenTree>, in_block: bool) {
        let mut tokens = tokens.into_iter().peekable();
        // The token before a sign shows whether it has an operand on its left.
        let mut after_operand = false;
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    let inner = tokens.next_if(|next| is_punct(next, '!')).is_some();
                    match tokens.next() {
                        Some(TokenTree::Group(group)) => self.attribute(inner, group),
                        other => {
                            self.write("#", true, End::Open);
                            if let Some(other) = other {
                                self.tokens([other], false);
                            }
                        }
                    }
                    after_operand = false;
                }
                TokenTree::Punct(punct) => {
                    // The calls of a chain begin lines of their own.
                    if punct.as_char() == '.' && self.is_broken {
                        self.line();
                    }
                    self.punct(&punct, after_operand);
                    let character = punct.as_char();
                    self.is_broken &= character != ';';
                    if in_block && matches!(character, ',' | ';') {
                        self.line();
                    }
                    // `>` closes the arguments of a type as often as it compares.
                    after_operand =
                        matches!(character, '?' | '>') && punct.spacing() == Spacing::Alone;
                }
                TokenTree::Ident(name) => {
                    let mut word = std::mem::take(&mut self.word);
                    word.clear();
                    // Writing to a string does not fail.
                    _ = write!(word, "{name}");
                    match self.symbols.name(&word) {
                        Some(resolved) => self.write(&resolved, true, End::Word),
                        None => self.write(&word, true, End::Word),
                    }
                    after_operand = !is_keyword_before_expression(&word);
                    self.word = word;
                }
                TokenTree::Literal(literal) => {
                    self.write(&literal.to_string(), true, End::Word);
                    after_operand = true;
                }
                TokenTree::Group(group) => {
                    let is_block = group.delimiter() == Delimiter::Brace;
                    self.group(group, after_operand);
                    let continues = tokens.peek().is_some_and(|next| match next {
                        TokenTree::Punct(punct) => {
                            !matches!(punct.as_char(), '#' | '&' | '*' | '|')
                        }
                        TokenTree::Ident(word) => *word == "else",
                        TokenTree::Group(group) => group.delimiter() != Delimiter::Brace,
                        TokenTree::Literal(_) => false,
                    });
                    if is_block && in_block && !continues {
                        self.line();
                    }
                    after_operand = true;
                }
            }
        }
    }

    fn attribute(&mut self, inner: bool, group: Group) {
        let comment = if inner { "//!" } else { "///" };
        let delimiter = group.delimiter();
        let tokens: Vec<TokenTree> = inside(group).into_iter().collect();
        match documentation(&tokens) {
            Some(text)
                if !text.bytes().any(|byte| matches!(byte, b'\n' | b'\r'))
                    && (inner || !text.starts_with('/')) =>
            {
                self.line();
                self.write(comment, false, End::Word);
                self.out.push_str(text.trim_end_matches(' '));
            }
            _ => {
                self.write(if inner { "#!" } else { "#" }, true, End::Open);
                self.delimited(delimiter, tokens, true);
            }
        }
        self.line();
    }

    fn group(&mut self, group: Group, after_operand: bool) {
        let delimiter = group.delimiter();
        let tokens = inside(group).into_iter().collect();
        self.delimited(delimiter, tokens, after_operand);
    }

    fn delimited(&mut self, delimiter: Delimiter, tokens: Vec<TokenTree>, after_operand: bool) {
        let (open, close) = match delimiter {
            Delimiter::Brace => {
                self.write("{", true, End::Open);
                self.depth += 1;
                if !tokens.is_empty() {
                    self.line();
                    self.tokens(tokens, true);
                    self.line();
                }
                self.depth -= 1;
                self.write("}", false, End::Word);
                return;
            }
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::None => return self.tokens(tokens, false),
        };
        self.write(open, !after_operand, End::Open);
        self.depth += 1;
        let is_broken = open == "(" && tokens.iter().any(is_long_text);
        match is_broken {
            true => self.arguments(tokens),
            false => self.tokens(tokens, false),
        }
        self.depth -= 1;
        self.write(close, false, End::Word);
        self.is_broken |= is_broken;
    }

    /// Prints the arguments of a call, a line each.
    fn arguments(&mut self, tokens: Vec<TokenTree>) {
        self.line();
        let mut tokens = tokens.into_iter().peekable();
        while tokens.peek().is_some() {
            let argument: Vec<TokenTree> =
                std::iter::from_fn(|| tokens.next_if(|token| !is_punct(token, ','))).collect();
            tokens.next();
            self.stream(argument);
            self.write(",", false, End::Punct);
            self.line();
        }
    }

    /// Returns whether the text ends with a variable of a macro, such as `$value`, which its fragment follows.
    fn is_after_fragment(&self) -> bool {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        self.out.trim_end_matches(is_part).ends_with('$')
    }

    fn punct(&mut self, punct: &Punct, after_operand: bool) {
        let character = punct.as_char();
        let touches_left = self.end == End::Open
            || matches!(character, ',' | ';' | '.' | '?' | ':')
            || (character == '!' && after_operand && punct.spacing() == Spacing::Alone);
        let touches_right = punct.spacing() == Spacing::Joint
            || matches!(character, '.' | '\'' | '$')
            || (character == ':' && (self.out.ends_with(':') || self.is_after_fragment()))
            || (!after_operand && matches!(character, '&' | '*' | '-' | '!'))
            || (character == '!' && after_operand);
        let mut text = [0; 4];
        self.write(
            character.encode_utf8(&mut text),
            !touches_left,
            if touches_right { End::Open } else { End::Punct },
        );
    }
}

/// Returns the tokens of a group. They are moved out of it where nothing else shares them, and copied as long as the group exists.
fn inside(group: Group) -> TokenStream {
    group.stream()
}

/// Returns whether a token is a text so long that rustfmt does not format the code around it.
fn is_long_text(token: &TokenTree) -> bool {
    const LONG: usize = 70;
    matches!(token, TokenTree::Literal(literal) if literal.to_string().len() > LONG)
}

/// Returns the text of `#[doc = "…"]`, from what is in the brackets.
fn documentation(attribute: &[TokenTree]) -> Option<String> {
    let [TokenTree::Ident(name), equals, TokenTree::Literal(text)] = attribute else {
        return None;
    };
    if name != "doc" || !is_punct(equals, '=') {
        return None;
    }
    let written = text.to_string();
    let raw = written.strip_prefix("r#\"");
    if let Some(raw) = raw.and_then(|rest| rest.strip_suffix("\"#")) {
        return Some(raw.to_owned());
    }
    let inside = written
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    if let Some(inside) = inside
        && !inside.contains('\\')
    {
        return Some(inside.to_owned());
    }
    match syn::Lit::new(text.clone()) {
        syn::Lit::Str(text) => Some(text.value()),
        _ => None,
    }
}

/// Returns whether a sign after the word begins an expression, and has no operand on its left.
fn is_keyword_before_expression(word: &str) -> bool {
    matches!(
        word,
        "as" | "break"
            | "else"
            | "if"
            | "in"
            | "let"
            | "match"
            | "move"
            | "mut"
            | "return"
            | "while"
    )
}
