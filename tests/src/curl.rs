//! Parses the curl line of the document to the request that it sends.

/// The request of a curl line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Curl {
    /// `-X`
    pub method: String,
    /// The URL.
    pub url: String,
    /// `-H`, in their order.
    pub headers: Vec<(String, String)>,
    /// `-d`
    pub body: String,
}

impl Curl {
    /// Reads a line: options `-X`, `-H` and `-d`, words bare or in single quotes.
    #[must_use]
    pub fn parse(line: &str) -> Self {
        let mut words = words(line).into_iter();
        assert_eq!(words.next().as_deref(), Some("curl"), "not a curl line");
        let mut curl = Self {
            method: String::new(),
            url: String::new(),
            headers: Vec::new(),
            body: String::new(),
        };
        while let Some(word) = words.next() {
            let mut value = || words.next().expect("an option's value");
            match word.as_str() {
                "-X" => curl.method = value(),
                "-H" => {
                    let header = value();
                    let (name, value) = header.split_once(": ").expect("a header");
                    curl.headers.push((name.to_owned(), value.to_owned()));
                }
                "-d" => curl.body = value(),
                option if option.starts_with('-') => panic!("the option `{option}` is new"),
                url => curl.url = url.to_owned(),
            }
        }
        curl
    }

    /// Returns the arguments of the curl program.
    #[must_use]
    pub fn arguments(&self) -> Vec<String> {
        let mut arguments = vec!["-X".to_owned(), self.method.clone(), self.url.clone()];
        for (name, value) in &self.headers {
            arguments.extend(["-H".to_owned(), format!("{name}: {value}")]);
        }
        arguments.extend(["-d".to_owned(), self.body.clone()]);
        arguments
    }
}

fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    for character in line.chars() {
        match character {
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            c if c.is_whitespace() && !quoted => words.extend(word.take()),
            // A backslash at the end of a line of the README.
            '\\' if !quoted => {}
            c => word.get_or_insert_default().push(c),
        }
    }
    assert!(!quoted, "a quotation is not closed");
    words.extend(word);
    words
}
