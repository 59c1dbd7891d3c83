//! Reads request bodies as a node does: by Gson, which is lenient, and whose errors reach the caller as text.

use std::fmt;

use serde_json::{Map, Number, Value};

/// The nesting at which the stack of a node overflows, more or less.
const MAX_DEPTH: usize = 512;

/// The beginning of the message for a text that ends too early.
const END_OF_INPUT: &str = "java.io.EOFException: End of input";

/// The message of the exception that Gson throws. It is empty where the exception has none.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Exception(String);

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Exception {
    /// Returns the exception for a value of the wrong class in a map.
    pub(crate) fn cast(value: &Value, class: &str) -> Self {
        let actual = match value {
            Value::Null => return Self(String::new()),
            Value::Bool(_) => "java.lang.Boolean",
            Value::Number(number) if number.is_f64() => "java.lang.Double",
            Value::Number(_) => "java.lang.Long",
            Value::String(_) => "java.lang.String",
            Value::Array(_) => "java.util.ArrayList",
            Value::Object(_) => "com.google.gson.internal.LinkedTreeMap",
        };
        Self(format!("{actual} cannot be cast to {class}"))
    }
}

/// Parses a text as a map, as `fromJson(text, LinkedHashMap.class)` does: `None` for an empty text and for `null`.
pub(crate) fn map(text: &str) -> Result<Option<Map<String, Value>>, Exception> {
    let mut reader = Reader::new(text);
    match reader.skip_blank() {
        Err(Exception(message)) if message.starts_with(END_OF_INPUT) => return Ok(None),
        other => other?,
    };
    reader.skip_prefix();
    let map = match reader.peek()? {
        Token::Null => return Ok(None),
        // The other form of a map: a list of pairs, of which no client sends any.
        Token::BeginArray => {
            reader.next();
            reader.path.push(Step::Item(0));
            let first = match reader.skip_blank()? {
                ']' => {
                    reader.next();
                    reader.path.pop();
                    return reader.finish().map(|()| Some(Map::new()));
                }
                // What is left out is null.
                ',' | ';' => Token::Null,
                _ => reader.peek()?,
            };
            return Err(reader.expected("BEGIN_ARRAY", first));
        }
        Token::BeginObject => match reader.object(0, true)? {
            Value::Object(map) => map,
            _ => Map::new(),
        },
        other => return Err(reader.expected("BEGIN_OBJECT", other)),
    };
    reader.finish().map(|()| Some(map))
}

/// Reads a list of texts in the member `name` of an object, and returns the message of the exception where it is none.
pub(crate) fn check_texts(members: &Map<String, Value>, name: &str) -> Result<(), Exception> {
    let Some(value) = members.get(name).filter(|value| !value.is_null()) else {
        return Ok(());
    };
    // The node writes the members again before it reads them, without what is null.
    let before: usize = members
        .iter()
        .take_while(|(key, _)| *key != name)
        .filter(|(_, value)| !value.is_null())
        .map(|(key, value)| length(key) + 1 + value.to_string().chars().count() + 1)
        .sum();
    let column = 1 + before + length(name) + 1 + 1;
    let wrong = |expected: &str, value: &Value, column: usize, path: String| {
        let (token, peeked) = match value {
            Value::Null => ("NULL", 4),
            Value::Bool(value) => ("BOOLEAN", value.to_string().len()),
            Value::Number(value) if value.is_f64() => ("NUMBER", 0),
            Value::Number(value) => ("NUMBER", value.to_string().len()),
            Value::String(_) => ("STRING", 1),
            Value::Array(_) => ("BEGIN_ARRAY", 1),
            Value::Object(_) => ("BEGIN_OBJECT", 1),
        };
        Exception(format!(
            "java.lang.IllegalStateException: Expected {expected} but was {token} at line 1 column {} path $.{path}",
            column + peeked
        ))
    };
    let Value::Array(items) = value else {
        return Err(wrong("BEGIN_ARRAY", value, column, name.to_owned()));
    };
    let mut column = column + 1;
    for (index, item) in items.iter().enumerate() {
        if item.is_array() || item.is_object() {
            return Err(wrong("a string", item, column, format!("{name}[{index}]")));
        }
        column += item.to_string().chars().count() + 1;
    }
    Ok(())
}

/// Returns the number of characters of a key as JSON.
fn length(key: &str) -> usize {
    Value::from(key).to_string().chars().count()
}

/// A token, by the names that Gson has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    BeginArray,
    BeginObject,
    Text,
    Number,
    Boolean,
    Null,
}

impl Token {
    fn name(self) -> &'static str {
        match self {
            Self::BeginArray => "BEGIN_ARRAY",
            Self::BeginObject => "BEGIN_OBJECT",
            Self::Text => "STRING",
            Self::Number => "NUMBER",
            Self::Boolean => "BOOLEAN",
            Self::Null => "NULL",
        }
    }
}

/// A step of the path in messages.
enum Step {
    Item(usize),
    Member(Option<String>),
}

struct Reader {
    text: Vec<char>,
    at: usize,
    line: usize,
    line_start: usize,
    path: Vec<Step>,
}

impl Reader {
    fn new(text: &str) -> Self {
        Self {
            text: text.chars().collect(),
            at: 0,
            line: 1,
            line_start: 0,
            path: Vec::new(),
        }
    }

    fn place(&self) -> String {
        let path: String = self
            .path
            .iter()
            .map(|step| match step {
                Step::Item(index) => format!("[{index}]"),
                Step::Member(None) => ".".to_owned(),
                Step::Member(Some(name)) => format!(".{name}"),
            })
            .collect();
        let column = self.at - self.line_start + 1;
        format!(" at line {} column {column} path ${path}", self.line)
    }

    fn malformed(&self, what: &str) -> Exception {
        let class = "com.google.gson.stream.MalformedJsonException";
        Exception(format!("{class}: {what}{}", self.place()))
    }

    fn end_of_input(&self) -> Exception {
        Exception(format!("{END_OF_INPUT}{}", self.place()))
    }

    /// Returns the exception for a token in place of another. When Gson peeks at a token, it consumes brackets, quotes, keywords and integers.
    fn expected(&mut self, token: &str, actual: Token) -> Exception {
        let word = self.word();
        self.at += match actual {
            Token::Null | Token::Boolean => word.chars().count(),
            Token::Number if word != "-0" && word.parse::<i64>().is_ok() => word.chars().count(),
            Token::Number => 0,
            Token::Text if !word.starts_with(['"', '\'']) => 0,
            _ => 1,
        };
        let actual = actual.name();
        Exception(format!(
            "java.lang.IllegalStateException: Expected {token} but was {actual}{}",
            self.place()
        ))
    }

    fn next(&mut self) -> Option<char> {
        let character = self.text.get(self.at).copied()?;
        self.at += 1;
        if character == '\n' {
            self.line += 1;
            self.line_start = self.at;
        }
        Some(character)
    }

    /// Skips blanks and comments, and returns what follows without taking it.
    fn skip_blank(&mut self) -> Result<char, Exception> {
        loop {
            let character = self.text.get(self.at).copied();
            match character.ok_or_else(|| self.end_of_input())? {
                '\n' | ' ' | '\r' | '\t' => {
                    self.next();
                }
                '#' => self.skip_line(),
                '/' => match self.text.get(self.at + 1) {
                    Some('/') => self.skip_line(),
                    Some('*') => self.skip_comment()?,
                    _ => return Ok('/'),
                },
                other => return Ok(other),
            }
        }
    }

    fn skip_comment(&mut self) -> Result<(), Exception> {
        self.at += 2;
        while self.text.get(self.at..self.at + 2) != Some(&['*', '/']) {
            if self.at + 1 >= self.text.len() {
                return Err(self.malformed("Unterminated comment"));
            }
            self.next();
        }
        self.at += 2;
        Ok(())
    }

    fn skip_line(&mut self) {
        while !matches!(self.next(), None | Some('\n' | '\r')) {}
    }

    /// Takes what follows blanks and comments.
    fn take(&mut self) -> Result<char, Exception> {
        let character = self.skip_blank()?;
        self.next();
        Ok(character)
    }

    /// Skips what keeps JSON from being run as a script.
    fn skip_prefix(&mut self) {
        const PREFIX: &str = ")]}'\n";
        if self.text[self.at..]
            .iter()
            .take(PREFIX.len())
            .copied()
            .eq(PREFIX.chars())
        {
            for _ in PREFIX.chars() {
                self.next();
            }
        }
    }

    /// Checks that nothing but blanks is left. Here Gson is strict.
    fn finish(mut self) -> Result<(), Exception> {
        while let Some('\n' | ' ' | '\r' | '\t') = self.text.get(self.at) {
            self.next();
        }
        match self.next() {
            None => Ok(()),
            Some(_) => {
                Err(self.malformed("Use JsonReader.setLenient(true) to accept malformed JSON"))
            }
        }
    }

    /// Returns the next token without taking it.
    fn peek(&mut self) -> Result<Token, Exception> {
        let character = self.skip_blank()?;
        let token = match character {
            '[' => Token::BeginArray,
            '{' => Token::BeginObject,
            '"' | '\'' => Token::Text,
            ']' | ';' | ',' => {
                self.next();
                return Err(self.malformed("Unexpected value"));
            }
            other if !is_literal(other) => return Err(self.malformed("Expected value")),
            _ => {
                let word = self.word();
                if word.eq_ignore_ascii_case("null") {
                    Token::Null
                } else if word.eq_ignore_ascii_case("true") || word.eq_ignore_ascii_case("false") {
                    Token::Boolean
                } else if number(&word).is_some() {
                    Token::Number
                } else {
                    Token::Text
                }
            }
        };
        Ok(token)
    }

    /// Returns the literal that comes next without taking it.
    fn word(&self) -> String {
        let rest = self.text[self.at..].iter().copied();
        rest.take_while(|character| is_literal(*character))
            .collect()
    }

    fn value(&mut self, depth: usize) -> Result<Value, Exception> {
        if depth > MAX_DEPTH {
            return Err(Exception(String::new()));
        }
        match self.peek()? {
            Token::BeginArray => self.array(depth),
            Token::BeginObject => self.object(depth, false),
            Token::Text => Ok(Value::String(self.text(true)?)),
            Token::Null | Token::Boolean | Token::Number => {
                let word = self.word();
                self.at += word.chars().count();
                Ok(match word.to_ascii_lowercase().as_str() {
                    "null" => Value::Null,
                    "true" => Value::Bool(true),
                    "false" => Value::Bool(false),
                    _ => number(&word).map_or(Value::String(word), Value::Number),
                })
            }
        }
    }

    /// Takes a text in quotes, or a literal where one is allowed.
    fn text(&mut self, is_value: bool) -> Result<String, Exception> {
        let quote = match self.skip_blank()? {
            quote @ ('"' | '\'') => quote,
            other if is_literal(other) => {
                let word = self.word();
                self.at += word.chars().count();
                return Ok(word);
            }
            _ if is_value => return Err(self.malformed("Expected value")),
            _ => return Err(self.malformed("Expected name")),
        };
        self.next();
        let mut text = String::new();
        let mut units = Vec::new();
        loop {
            let character = self.next();
            let character = character.ok_or_else(|| self.malformed("Unterminated string"))?;
            if character == '\\' && self.text.get(self.at) == Some(&'u') {
                self.next();
                let digits: String = self.text[self.at..].iter().take(4).collect();
                if digits.chars().count() < 4 {
                    return Err(self.malformed("Unterminated escape sequence"));
                }
                let unit = u16::from_str_radix(&digits, 16)
                    .map_err(|_| Exception(format!("\\u{digits}")))?;
                self.at += 4;
                units.push(unit);
                continue;
            }
            text.push_str(&String::from_utf16_lossy(&std::mem::take(&mut units)));
            match character {
                end if end == quote => return Ok(text),
                '\\' => {
                    let escaped = self.next();
                    let escaped =
                        escaped.ok_or_else(|| self.malformed("Unterminated escape sequence"))?;
                    text.push(match escaped {
                        't' => '\t',
                        'b' => '\u{8}',
                        'n' => '\n',
                        'r' => '\r',
                        'f' => '\u{c}',
                        same @ ('\n' | '\'' | '"' | '\\' | '/') => same,
                        _ => return Err(self.malformed("Invalid escape sequence")),
                    });
                }
                other => text.push(other),
            }
        }
    }

    /// Takes the separator of two items, or their end, and returns whether it was the end.
    fn ends(&mut self, end: char, what: &str) -> Result<bool, Exception> {
        match self.take()? {
            ',' | ';' => Ok(false),
            other if other == end => Ok(true),
            _ => Err(self.malformed(what)),
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, Exception> {
        self.next();
        let mut items = Vec::new();
        self.path.push(Step::Item(0));
        if self.skip_blank()? == ']' {
            self.next();
        } else {
            loop {
                // What is left out is null.
                let item = match self.skip_blank()? {
                    ',' | ';' | ']' => Value::Null,
                    _ => self.value(depth + 1)?,
                };
                items.push(item);
                if let Some(Step::Item(index)) = self.path.last_mut() {
                    *index += 1;
                }
                if self.ends(']', "Unterminated array")? {
                    break;
                }
            }
        }
        self.path.pop();
        Ok(Value::Array(items))
    }

    fn object(&mut self, depth: usize, is_outermost: bool) -> Result<Value, Exception> {
        self.next();
        let mut members = Map::new();
        self.path.push(Step::Member(None));
        if self.skip_blank()? == '}' {
            self.next();
        } else {
            loop {
                let name = self.text(false)?;
                // The class of the outermost map takes names for values, so that the path is without them.
                if let Some(Step::Member(member)) = self.path.last_mut()
                    && !is_outermost
                {
                    *member = Some(name.clone());
                }
                match self.take()? {
                    ':' => {}
                    '=' => {
                        if self.text.get(self.at) == Some(&'>') {
                            self.next();
                        }
                    }
                    _ => return Err(self.malformed("Expected ':'")),
                }
                let value = self.value(depth + 1)?;
                let previous = members.insert(name.clone(), value);
                // Only the class of the outermost map looks for them.
                if is_outermost && previous.is_some() {
                    return Err(Exception(format!("duplicate key: {name}")));
                }
                if self.ends('}', "Unterminated object")? {
                    break;
                }
                if self.skip_blank()? == '}' {
                    self.next();
                    return Err(self.malformed("Expected name"));
                }
            }
        }
        self.path.pop();
        Ok(Value::Object(members))
    }
}

/// Returns whether a character can be in a text without quotes.
fn is_literal(character: char) -> bool {
    !matches!(
        character,
        '/' | '\\'
            | ';'
            | '#'
            | '='
            | '{'
            | '}'
            | '['
            | ']'
            | ':'
            | ','
            | ' '
            | '\t'
            | '\u{c}'
            | '\r'
            | '\n'
    )
}

/// Parses a number as JSON has them: an integer where it fits into 64 bits.
fn number(word: &str) -> Option<Number> {
    let number: Number = serde_json::from_str(word).ok()?;
    match word.parse::<i64>() {
        Ok(integer) => Some(integer.into()),
        Err(_) => Number::from_f64(number.as_f64()?),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn message(text: &str) -> String {
        map(text).map_or_else(|error| error.0, |map| json!(map).to_string())
    }

    #[test]
    fn lenient_json_is_read() {
        let expected = json!({ "recoverImage": { "a": ["x", null, 5, 1.5, true] } });
        for text in [
            r#"{"recoverImage":{"a":["x",null,5,1.5,true]}}"#,
            "{recoverImage: {a = ['x',, 5; 1.5, TRUE]}}",
            "# a comment\n{/* and */ recoverImage => {a: [x, NULL, 5, 1.5, True] // another\n}}",
            ")]}'\n{recoverImage:{a:['\\u0078',null,5,1.5,true]}}",
        ] {
            assert_eq!(
                map(text).map(|map| json!(map)),
                Ok(expected.clone()),
                "{text}"
            );
        }
        assert_eq!(map("[]"), Ok(Some(Map::new())));
        for nothing in ["", "  \n", "null", "NULL # really"] {
            assert_eq!(map(nothing), Ok(None), "{nothing}");
        }
    }

    /// The messages of Gson 2.8.9, in the words of its `JsonReader`.
    #[test]
    fn errors_are_those_of_gson() {
        let class = "com.google.gson.stream.MalformedJsonException";
        for (text, expected) in [
            ("{", "java.io.EOFException: End of input at line 1 column 2 path $.".to_owned()),
            ("{\"a\":\n 1", "java.io.EOFException: End of input at line 2 column 3 path $.".to_owned()),
            ("\"x\"", "java.lang.IllegalStateException: Expected BEGIN_OBJECT but was STRING at line 1 column 2 path $".to_owned()),
            ("x", "java.lang.IllegalStateException: Expected BEGIN_OBJECT but was STRING at line 1 column 1 path $".to_owned()),
            ("[1]", "java.lang.IllegalStateException: Expected BEGIN_ARRAY but was NUMBER at line 1 column 3 path $[0]".to_owned()),
            ("{\"a\" 1}", format!("{class}: Expected ':' at line 1 column 7 path $.")),
            ("{\"a\":1 2}", format!("{class}: Unterminated object at line 1 column 9 path $.")),
            ("{\"a\":\"x", format!("{class}: Unterminated string at line 1 column 8 path $.")),
            ("{\"a\":1}{", format!("{class}: Use JsonReader.setLenient(true) to accept malformed JSON at line 1 column 9 path $")),
            ("{\"a\":1,\"a\":2}", "duplicate key: a".to_owned()),
        ] {
            assert_eq!(message(text), expected, "{text}");
        }
        assert_eq!(message(&"{a:".repeat(2000)), "");
    }

    #[test]
    fn lists_of_texts_are_checked_in_what_a_node_writes() {
        let members = |value: Value| value.as_object().cloned().unwrap_or_default();
        let check = |value| check_texts(&members(value), "b").map_err(|error| error.0);
        assert_eq!(check(json!({ "b": ["x", 1, true, null] })), Ok(()));
        assert_eq!(check(json!({ "b": null })), Ok(()));
        let error = "java.lang.IllegalStateException: Expected BEGIN_ARRAY but was STRING at line 1 column 7 path $.b";
        assert_eq!(check(json!({ "b": "x" })), Err(error.to_owned()));
        let error = "java.lang.IllegalStateException: Expected a string but was BEGIN_OBJECT at line 1 column 12 path $.b[1]";
        assert_eq!(check(json!({ "b": ["x", {}] })), Err(error.to_owned()));
    }
}
