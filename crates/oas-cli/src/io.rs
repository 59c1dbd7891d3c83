//! What a command talks to: standard input and output, the environment, a person.

use std::fmt;
use std::io::{self, IsTerminal as _, Read, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use console::Term;
use oas_client::Secret;

use crate::exit::Failure;
use crate::value::visible;

/// Standard input and output, and what else a command knows of the place where it runs.
///
/// [`Io::standard`] is that of the process. [`Io::captured`] is one for tests: no terminal, an empty environment, and output that is
/// kept.
pub struct Io {
    input: Box<dyn Read + Send>,
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
    environment: Environment,
    terminals: Terminals,
    labels: Labels,
}

/// Looks a variable of the environment up.
type Environment = Box<dyn Fn(&str) -> Option<String> + Send>;

/// Which of the standard streams are terminals.
#[derive(Clone, Copy, Debug, Default)]
struct Terminals {
    input: bool,
    out: bool,
    err: bool,
}

/// The words before a message, in the language of the program.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Labels {
    /// Before what is wrong.
    pub error: &'static str,
    /// Before what helps.
    pub help: &'static str,
    /// Before what is good to know.
    pub note: &'static str,
}

impl Labels {
    /// Creates labels in another language than English.
    #[must_use]
    pub const fn new(error: &'static str, help: &'static str, note: &'static str) -> Self {
        Self { error, help, note }
    }
}

impl Default for Labels {
    fn default() -> Self {
        Self::new("error: ", "help: ", "note: ")
    }
}

impl Io {
    /// Returns the streams and the environment of the process.
    #[must_use]
    pub fn standard() -> Self {
        Self {
            input: Box::new(io::stdin()),
            out: Box::new(io::stdout()),
            err: Box::new(io::stderr()),
            environment: Box::new(|name| std::env::var(name).ok().filter(|text| !text.is_empty())),
            terminals: Terminals {
                input: io::stdin().is_terminal(),
                out: io::stdout().is_terminal(),
                err: io::stderr().is_terminal(),
            },
            labels: Labels::default(),
        }
    }

    /// Returns streams of a test, and what is written to them.
    ///
    /// ```
    /// use oas_cli::Io;
    ///
    /// let (mut io, written) = Io::captured("");
    /// io.note("it has begun");
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
            labels: Labels::default(),
        };
        (io, captured)
    }

    /// Takes these variables for the environment.
    #[must_use]
    pub fn variables(mut self, variables: Vec<(String, String)>) -> Self {
        self.environment = Box::new(move |name| {
            let found = variables.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.clone())
        });
        self
    }

    /// Treats standard output as a terminal, as a test of what a person sees needs it.
    #[must_use]
    pub fn at_terminal(mut self) -> Self {
        self.terminals.out = true;
        self
    }

    /// Writes messages with these words before them.
    #[must_use]
    pub fn labels(mut self, labels: Labels) -> Self {
        self.labels = labels;
        self
    }

    /// Returns a variable of the environment that is not empty.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<String> {
        (self.environment)(name)
    }

    /// Returns whether a person sees what is written to standard output.
    #[must_use]
    pub fn shows_output(&self) -> bool {
        self.terminals.out
    }

    /// Returns whether a person can be asked.
    #[must_use]
    pub fn can_ask(&self) -> bool {
        self.terminals.input && self.terminals.err
    }

    /// Returns whether a person sees what is under way.
    #[must_use]
    pub fn shows_progress(&self) -> bool {
        self.terminals.err
    }

    /// Returns the columns of the terminal; none where standard output is not one.
    #[must_use]
    pub fn width(&self) -> Option<usize> {
        let (_, columns) = Term::stdout().size_checked()?;
        self.terminals.out.then_some(columns.into())
    }

    /// Returns the folder of this program's settings: `$XDG_CONFIG_HOME/PROGRAM`, `~/.config/PROGRAM`, or `%APPDATA%\PROGRAM`.
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

    /// Reads standard input to its end.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn read_input(&mut self) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        match self.input.read_to_end(&mut bytes) {
            Ok(_) => Ok(bytes),
            Err(error) => Err(Failure::usage(format!(
                "standard input cannot be read: {error}"
            ))),
        }
    }

    /// Reads a file, or standard input where the name is `-`.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn read_file(&mut self, name: &str) -> Result<Vec<u8>, Failure> {
        match name {
            "-" => self.read_input(),
            name => std::fs::read(name)
                .map_err(|error| Failure::usage(format!("{name} cannot be read: {error}"))),
        }
    }

    /// Reads a secret from a file, or standard input where the name is `-`: its first line.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or there is none.
    pub fn read_secret(&mut self, name: &str) -> Result<Secret, Failure> {
        let bytes = self.read_file(name)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| {
            Failure::usage(format!("{name} does not hold a secret: it is not text"))
        })?;
        match text
            .lines()
            .next()
            .map(str::trim)
            .filter(|line| !line.is_empty())
        {
            Some(line) => Ok(line.into()),
            None => Err(Failure::usage(format!(
                "{name} does not hold a secret: it is empty"
            ))),
        }
    }

    /// Asks a person for a secret, and does not show what is typed.
    ///
    /// # Errors
    ///
    /// When there is nobody to ask, or nothing is typed.
    pub fn ask_secret(&mut self, question: &str) -> Result<Secret, Failure> {
        if !self.can_ask() {
            return Err(Failure::usage(format!(
                "{question}: there is no terminal to ask on"
            )));
        }
        self.err(&format!("{question}: "));
        match Term::stderr().read_secure_line() {
            Ok(line) if !line.is_empty() => Ok(line.into()),
            Ok(_) => Err(Failure::usage(format!("{question}: nothing was typed"))),
            Err(error) => Err(Failure::usage(format!("{question}: {error}"))),
        }
    }

    /// Asks a person for a line of text; nothing typed is `None`.
    ///
    /// # Errors
    ///
    /// When there is nobody to ask.
    pub fn ask(&mut self, question: &str) -> Result<Option<String>, Failure> {
        if !self.can_ask() {
            return Err(Failure::usage(format!(
                "{question}: there is no terminal to ask on"
            )));
        }
        self.err(question);
        let mut line = Vec::new();
        let mut byte = [0];
        // Not a byte more than the line: what follows is somebody else's.
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
    /// When nobody reads it any more, or the disk is full.
    pub fn print(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.out.flush()
    }

    /// Writes what is good to know to standard error.
    pub fn note(&mut self, text: &str) {
        let label = self.labels.note;
        self.err(&format!("{label}{}\n", visible(text)));
    }

    /// Writes a failure to standard error: what happened, and what helps.
    pub fn report(&mut self, failure: &Failure) {
        let labels = self.labels;
        let mut text = format!("{}{}\n", labels.error, visible(&failure.to_string()));
        if let Some(remedy) = failure.remedy() {
            text.push_str(&format!("{}{}\n", labels.help, visible(remedy)));
        }
        self.err(&text);
    }

    /// Writes to standard error. Where that fails, there is nobody to tell.
    pub(crate) fn err(&mut self, text: &str) {
        let _ = self.err.write_all(text.as_bytes());
        let _ = self.err.flush();
    }
}

impl fmt::Debug for Io {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Io")
            .field("terminals", &self.terminals)
            .finish_non_exhaustive()
    }
}

/// What a test's command has written.
#[derive(Clone, Debug, Default)]
pub struct Captured {
    out: Buffer,
    err: Buffer,
}

impl Captured {
    /// Returns what was written to standard output.
    #[must_use]
    pub fn out(&self) -> String {
        self.out.text()
    }

    /// Returns what was written to standard error.
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
