//! Abstracts what a command communicates with: standard input and output, the environment, a person.

use std::fmt;
use std::io::{self, IsTerminal as _, Read, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use console::Term;
use oas_client::Secret;
use oas_wire::style::Value;

use crate::exit::CommandError;
use crate::language::{Language, Phrase};
use crate::secret;

/// Standard input and output, the environment, and the properties of the terminal, as commands see them, so that tests can replace
/// them.
///
/// [`Io::standard`] returns those of the process. [`Io::captured`] is for tests: it has no terminal and an empty
/// environment, and records the output.
pub struct Io {
    input: Box<dyn Read + Send>,
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
    environment: Environment,
    terminals: Terminals,
    language: Language,
    /// Whether messages are for programs, because output in JSON is asked for.
    is_json: bool,
}

/// Returns the value of an environment variable.
type Environment = Box<dyn Fn(&str) -> Option<String> + Send>;

/// Whether each of the standard streams is a terminal.
#[derive(Clone, Copy, Debug, Default)]
struct Terminals {
    input: bool,
    out: bool,
    err: bool,
}

impl Io {
    /// Wraps the streams and the environment of the process. The language is that of `--lang` in the arguments of the process, or
    /// else of the locale, and messages are JSON with `--output json`; [`Cli::run`](crate::Cli::run) chooses both again by its own
    /// arguments.
    #[must_use]
    pub fn standard() -> Self {
        let mut io = Self {
            input: Box::new(io::stdin()),
            out: Box::new(io::stdout()),
            err: Box::new(io::stderr()),
            environment: Box::new(|name| std::env::var(name).ok()),
            terminals: Terminals {
                input: io::stdin().is_terminal(),
                out: io::stdout().is_terminal(),
                err: io::stderr().is_terminal(),
            },
            language: Language::default(),
            is_json: false,
        };
        let words: Vec<String> = std::env::args_os()
            .filter_map(|word| word.into_string().ok())
            .collect();
        io.speak(&words.iter().map(String::as_str).collect::<Vec<_>>());
        io
    }

    /// Creates streams for a test, in English, with an empty environment and without a terminal. `input` is the text of standard
    /// input, and the returned [`Captured`] the recorded output.
    ///
    /// ```
    /// use oas_cli::{Io, Phrase};
    ///
    /// let (mut io, written) = Io::captured("");
    /// io.note(Phrase::new("it has begun", "已开始"));
    /// assert_eq!(written.err(), "note: it has begun\n");
    /// ```
    #[must_use]
    pub fn captured(input: &str) -> (Self, Captured) {
        let captured = Captured::default();
        let io = Self {
            input: Box::new(io::Cursor::new(input.as_bytes().to_vec())),
            out: Box::new(captured.out.clone()),
            err: Box::new(captured.err.clone()),
            environment: Box::new(|_| None),
            terminals: Terminals::default(),
            language: Language::default(),
            is_json: false,
        };
        (io, captured)
    }

    /// Replaces the environment by these variables.
    #[must_use]
    pub fn variables(mut self, variables: Vec<(String, String)>) -> Self {
        self.environment = Box::new(move |name| {
            let found = variables.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.clone())
        });
        self
    }

    /// Treats standard output as a terminal, for tests of the output that a person sees.
    #[must_use]
    pub fn at_terminal(mut self) -> Self {
        self.terminals.out = true;
        self
    }

    /// Chooses the language by the arguments of a command, or else by the locale of the environment, and the form of
    /// messages by `--output`.
    pub(crate) fn speak(&mut self, words: &[&str]) {
        self.language = Language::chosen(words.iter().copied(), |name| self.variable(name));
        self.is_json = asks_for_json(words);
    }

    /// Returns whether messages are JSON, because the arguments contain `--output json`.
    pub(crate) fn is_json(&self) -> bool {
        self.is_json
    }

    /// Returns the language in which texts are written.
    #[must_use]
    pub fn language(&self) -> &Language {
        &self.language
    }

    /// Returns the value of an environment variable.
    ///
    /// Returns `None` if the variable is not set, is empty, or is not valid Unicode.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<String> {
        (self.environment)(name).filter(|text| !text.is_empty())
    }

    /// Returns whether standard output is a terminal, so that a person sees the output: by default it is a table then, in color, and
    /// its control characters are replaced.
    #[must_use]
    pub fn shows_output(&self) -> bool {
        self.terminals.out
    }

    /// Returns whether a person can be asked, because standard input and standard error are terminals.
    #[must_use]
    pub fn can_ask(&self) -> bool {
        self.terminals.input && self.terminals.err
    }

    /// Returns whether standard error is a terminal, so that progress is visible.
    #[must_use]
    pub fn shows_progress(&self) -> bool {
        self.terminals.err
    }

    /// Returns the width of the terminal in columns; `None` if standard output is not a terminal.
    #[must_use]
    pub fn width(&self) -> Option<usize> {
        let (_, columns) = Term::stdout().size_checked()?;
        self.terminals.out.then_some(columns.into())
    }

    /// Returns the folder that holds the settings of a program. The folder need not exist.
    ///
    /// It is `$XDG_CONFIG_HOME/PROGRAM` if that variable is an absolute path, on every system. Otherwise it is
    /// `%APPDATA%\PROGRAM` on Windows, and `$HOME/.config/PROGRAM` elsewhere. Returns `None` if the variable that decides is
    /// not set.
    #[must_use]
    pub fn settings_folder(&self, program: &str) -> Option<PathBuf> {
        let folder = self.variable("XDG_CONFIG_HOME").map(PathBuf::from);
        let folder = folder.filter(|folder| folder.is_absolute());
        let folder = folder.or_else(|| match cfg!(windows) {
            true => self.variable("APPDATA").map(PathBuf::from),
            false => Some(PathBuf::from(self.variable("HOME")?).join(".config")),
        });
        Some(folder?.join(program))
    }

    /// Reads standard input to its end; a second call returns nothing.
    ///
    /// # Errors
    ///
    /// Returns an error with [`Exit::Usage`](crate::Exit::Usage) if it cannot be read.
    pub fn read_input(&mut self) -> Result<Vec<u8>, CommandError> {
        let mut bytes = Vec::new();
        match self.input.read_to_end(&mut bytes) {
            Ok(_) => Ok(bytes),
            Err(error) => Err(CommandError::usage(Phrase::new(
                format!("standard input cannot be read: {error}"),
                format!("无法读取标准输入：{error}"),
            ))),
        }
    }

    /// Reads a file, or standard input if the name is `-`.
    ///
    /// # Errors
    ///
    /// Returns an error if it cannot be read.
    pub fn read_file(&mut self, name: &str) -> Result<Vec<u8>, CommandError> {
        match name {
            "-" => self.read_input(),
            name => std::fs::read(name).map_err(|error| unreadable(name, &error)),
        }
    }

    /// Returns whether a name is that of a file whose length is known and which can be read again: standard input, whose name is
    /// `-`, pipes and devices are none.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such file.
    pub(crate) fn is_regular_file(&self, name: &str) -> Result<bool, CommandError> {
        if name == "-" {
            return Ok(false);
        }
        let metadata = std::fs::metadata(name);
        let metadata = metadata.map_err(|error| unreadable(name, &error))?;
        Ok(metadata.is_file())
    }

    /// Reads a secret from the first line of a file, or of standard input if the name is `-`.
    ///
    /// White space around the secret is removed, and further lines are ignored. A regular file is for its owner alone, as a
    /// private key of ssh is: one of the user whose mode gives others any right is rejected on Unix. That of somebody else is
    /// read, because its mode is not the user's to change; so is a pipe.
    ///
    /// # Errors
    ///
    /// Returns an error with [`Exit::Usage`](crate::Exit::Usage) if the file cannot be read, its mode is not for its owner alone,
    /// it is not UTF-8, or its first line is blank.
    pub fn read_secret(&mut self, name: &str) -> Result<Secret, CommandError> {
        let bytes = match name {
            "-" => self.read_input()?,
            name => secret::read_private(name)?,
        };
        let text = std::str::from_utf8(&bytes).map_err(|_| {
            CommandError::usage(Phrase::new(
                format!("{name} does not hold a secret: it is not text"),
                format!("{name} 中没有机密：它不是文本"),
            ))
        })?;
        match text
            .lines()
            .next()
            .map(str::trim)
            .filter(|line| !line.is_empty())
        {
            Some(line) => Ok(line.into()),
            None => Err(CommandError::usage(Phrase::new(
                format!("{name} does not hold a secret: it is empty"),
                format!("{name} 中没有机密：它是空的"),
            ))),
        }
    }

    /// Asks a person for a secret, without displaying what is typed. `question` is displayed before a colon.
    ///
    /// # Errors
    ///
    /// Returns an error if nobody can be asked, or nothing is typed.
    pub fn ask_secret(&mut self, question: &str) -> Result<Secret, CommandError> {
        if !self.can_ask() {
            return Err(nobody(question));
        }
        self.err(&format!("{question}: "));
        match Term::stderr().read_secure_line() {
            Ok(line) if !line.is_empty() => Ok(line.into()),
            Ok(_) => Err(CommandError::usage(Phrase::new(
                format!("{question}: nothing was typed"),
                format!("{question}：没有输入任何内容"),
            ))),
            Err(error) => Err(CommandError::usage(Phrase::new(
                format!("{question}: nothing could be read: {error}"),
                format!("{question}：无法读取输入：{error}"),
            ))),
        }
    }

    /// Asks a person for a line of text; returns `None` if it is blank. `question` is displayed as it is.
    ///
    /// # Errors
    ///
    /// Returns an error if nobody can be asked.
    pub fn ask(&mut self, question: &str) -> Result<Option<String>, CommandError> {
        if !self.can_ask() {
            return Err(nobody(question));
        }
        self.err(question);
        let mut line = Vec::new();
        let mut byte = [0];
        // Reads no byte beyond the line: the rest of the input belongs to another reader.
        while let Ok(1) = self.input.read(&mut byte) {
            if byte[0] == b'\n' {
                break;
            }
            line.push(byte[0]);
        }
        let line = String::from_utf8_lossy(&line).trim().to_owned();
        Ok(Some(line).filter(|line| !line.is_empty()))
    }

    /// Writes to standard output.
    ///
    /// # Errors
    ///
    /// Returns the error of the operating system, for example if the pipe is closed or the disk is full.
    pub fn print(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.out.flush()
    }

    /// Writes a note to standard error: a line of text, or with `--output json` the object `{"note": "…"}`.
    pub fn note(&mut self, text: Phrase) {
        let label = self.language.text("note: ", "提示：");
        let text = text.in_language(&self.language);
        if self.is_json {
            let note = Value::Object(vec![("note".to_owned(), Value::String(text.to_owned()))]);
            return self.err(&format!("{}\n", note.to_json()));
        }
        let text = oas_wire::text::visible_lines(text);
        self.err(&format!("{label}{text}\n"));
    }

    /// Writes a failure to standard error: its message and its remedy, or with `--output json` the object
    /// `{"error": {…}}` on one line, with `status` (the exit status), `code`, `message`, `remedy`, and, if the server has
    /// responded, `httpStatus` and `body`.
    ///
    /// ```
    /// use oas_cli::{CommandError, Io, Phrase};
    ///
    /// let (mut io, written) = Io::captured("");
    /// let failure = CommandError::usage(Phrase::new("there is no image", "没有镜像"));
    /// io.report(&failure.with_help(Phrase::new("list them", "请列出所有镜像")));
    /// assert_eq!(written.err(), "error: there is no image\nhelp: list them\n");
    /// ```
    pub fn report(&mut self, failure: &CommandError) {
        let language = &self.language;
        if self.is_json {
            let error = failure.to_json(language).to_json();
            return self.err(&format!("{error}\n"));
        }
        let error = language.text("error: ", "错误：");
        let mut text = format!(
            "{error}{}\n",
            oas_wire::text::visible_lines(&failure.message(language))
        );
        if let Some(remedy) = failure.help(language) {
            let help = language.text("help: ", "建议：");
            text.push_str(&format!(
                "{help}{}\n",
                oas_wire::text::visible_lines(remedy)
            ));
        }
        self.err(&text);
    }

    /// Writes to standard error. An error is ignored, because there is no other stream to report it on.
    pub(crate) fn err(&mut self, text: &str) {
        let _ = self.err.write_all(text.as_bytes());
        let _ = self.err.flush();
    }
}

/// Returns whether the arguments of a command ask for output in JSON. They are searched before they are parsed, because
/// an error of usage is a message as well.
fn asks_for_json(words: &[&str]) -> bool {
    let end = words.iter().position(|word| *word == "--");
    let words = &words[..end.unwrap_or(words.len())];
    let is_flag = |word: &str| matches!(word, "-o" | "--output");
    let is_apart = |pair: &[&str]| is_flag(pair[0]) && pair[1] == "json";
    let is_one = |word: &&str| matches!(*word, "-ojson" | "-o=json" | "--output=json");
    words.windows(2).any(is_apart) || words.iter().any(is_one)
}

/// Returns the failure to read a file.
pub(crate) fn unreadable(file: impl fmt::Display, error: &io::Error) -> CommandError {
    CommandError::usage(Phrase::new(
        format!("{file} cannot be read: {error}"),
        format!("无法读取 {file}：{error}"),
    ))
}

/// Returns the failure to write a file.
pub(crate) fn unwritable(file: impl fmt::Display, error: &io::Error) -> CommandError {
    CommandError::usage(Phrase::new(
        format!("{file} cannot be written: {error}"),
        format!("无法写入 {file}：{error}"),
    ))
}

/// Returns the failure to ask a question, because there is no terminal.
fn nobody(question: &str) -> CommandError {
    let question = question.trim_end_matches([':', ' ']);
    CommandError::usage(Phrase::new(
        format!("{question}: there is no terminal to ask on"),
        format!("{question}：没有终端可以询问"),
    ))
}

impl fmt::Debug for Io {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Io")
            .field("terminals", &self.terminals)
            .finish_non_exhaustive()
    }
}

/// The output of a command that a test runs, recorded as it is written; [`Io::captured`] creates it. Clones share the record.
#[derive(Clone, Debug, Default)]
pub struct Captured {
    out: Buffer,
    err: Buffer,
}

impl Captured {
    /// Returns the text that was written to standard output so far. Bytes that are not UTF-8 are replaced by U+FFFD.
    #[must_use]
    pub fn out(&self) -> String {
        self.out.text()
    }

    /// Returns the text that was written to standard error so far. Bytes that are not UTF-8 are replaced by U+FFFD.
    #[must_use]
    pub fn err(&self) -> String {
        self.err.text()
    }
}

#[derive(Clone, Debug, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut buffer = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        buffer.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
