//! Reads and writes a person's settings file, which contains profiles, each with a server and credentials.
//!
//! It is a TOML file in the folder of the program's settings, readable by its owner only:
//!
//! ```toml
//! [profile.default]
//! url = "https://api.example"
//! token = "…"
//! ```

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::path::PathBuf;

use oas_client::Secret;
use serde::Deserialize;

use crate::exit::CommandError;
use crate::io::{self, Io};
use crate::language::Phrase;
use crate::secret::check_private;

/// The profile that is used if none is named.
const DEFAULT: &str = "default";

/// The settings file of a program, and the profile in it that a command uses.
pub struct Settings {
    place: PathBuf,
    file: File,
    profile: String,
}

/// The content of the file.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    profile: BTreeMap<String, BTreeMap<String, String>>,
}

impl Settings {
    /// Reads the settings of `program`, which are empty without a file. `profile` is the name of the profile to use; `default` if
    /// it is `None`.
    ///
    /// A profile that the file does not contain is empty: [`has_profile`](Self::has_profile) tests for it.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be read, its mode is not for its owner alone, or its content is invalid.
    pub fn read(io: &Io, program: &str, profile: Option<String>) -> Result<Self, CommandError> {
        let folder = io.settings_folder(program);
        let Some(place) = folder.map(|folder| folder.join("config.toml")) else {
            return Ok(Self::new(PathBuf::new(), File::default(), profile));
        };
        let cannot = |error| io::unreadable(place.display(), &error);
        let mut opened = match std::fs::File::open(&place) {
            Ok(opened) => opened,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::new(place, File::default(), profile));
            }
            Err(error) => return Err(cannot(error)),
        };
        check_private(&opened, &place)?;
        let mut text = String::new();
        opened.read_to_string(&mut text).map_err(cannot)?;
        let file: File = toml::from_str(&text).map_err(|error| {
            // The full text of the error would quote a line of the file, which can contain a secret.
            let (place, why) = (place.display(), error.message());
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.unwrap_or_default().matches('\n').count() + 1;
            CommandError::usage(Phrase::new(
                format!("{place}:{line} is not understood: {why}"),
                format!("无法理解 {place} 的第 {line} 行"),
            ))
        })?;
        Ok(Self::new(place, file, profile))
    }

    fn new(place: PathBuf, file: File, profile: Option<String>) -> Self {
        Self {
            place,
            file,
            profile: profile.unwrap_or_else(|| DEFAULT.to_owned()),
        }
    }

    /// Returns the name of the profile that is read and written: `default` unless another one is chosen. The file need not have it.
    #[must_use]
    pub fn profile(&self) -> &str {
        &self.profile
    }

    /// Returns the value of a setting in the profile, if it is set.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.file
            .profile
            .get(&self.profile)?
            .get(name)
            .map(String::as_str)
    }

    /// Returns the value of a setting that is a secret, if it is set in the profile.
    #[must_use]
    pub fn secret(&self, name: &str) -> Option<Secret> {
        self.get(name).map(Secret::from)
    }

    /// Returns whether the file contains the profile.
    #[must_use]
    pub fn has_profile(&self) -> bool {
        self.file.profile.contains_key(&self.profile)
    }

    /// Returns the failure of a command whose profile is missing in the file. Its remedy lists the profiles of the file.
    #[must_use]
    pub fn no_profile(&self) -> CommandError {
        let name = &self.profile;
        let failure = CommandError::usage(Phrase::new(
            format!("there is no profile `{name}`"),
            format!("没有名为 `{name}` 的配置"),
        ));
        let names = self.file.profile.keys().map(|name| format!("`{name}`"));
        let names: Vec<String> = names.collect();
        failure.with_help(match names.is_empty() {
            true => Phrase::new("there are no profiles yet", "还没有任何配置"),
            false => Phrase::new(
                format!("there are these profiles: {}", names.join(", ")),
                format!("现有配置：{}", names.join("、")),
            ),
        })
    }

    /// Sets settings of the profile, removes those whose value is `None`, and replaces the file atomically, with mode 0600.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no folder for settings, or the file cannot be written. The settings are as they were then.
    pub fn set(&mut self, entries: &[(&str, Option<&str>)]) -> Result<(), CommandError> {
        let mut file = self.file.clone();
        let profile = file.profile.entry(self.profile.clone()).or_default();
        for (name, value) in entries {
            match value {
                Some(value) => {
                    profile.insert((*name).to_owned(), (*value).to_owned());
                }
                None => {
                    profile.remove(*name);
                }
            }
        }
        self.write(&file)?;
        self.file = file;
        Ok(())
    }

    fn write(&self, content: &File) -> Result<(), CommandError> {
        let cannot = |error: std::io::Error| io::unwritable(self.place.display(), &error);
        let Some(folder) = self
            .place
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        else {
            return Err(CommandError::usage(Phrase::new(
                "there is no folder for settings: set HOME",
                "没有存放配置的文件夹：请设置 HOME",
            )));
        };
        std::fs::create_dir_all(folder).map_err(cannot)?;
        // Temporary files have mode 0600, which a rename preserves.
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(cannot)?;
        file.write_all(content.to_toml().as_bytes())
            .map_err(cannot)?;
        file.persist(&self.place)
            .map_err(|error| cannot(error.error))?;
        Ok(())
    }
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("place", &self.place)
            .field("profile", &self.profile)
            .finish_non_exhaustive()
    }
}

impl File {
    /// Encodes a string. A JSON string is a valid basic string of TOML, because both have the same escapes.
    fn to_toml(&self) -> String {
        let quoted = |text: &str| {
            let json = oas_wire::style::Value::String(text.to_owned()).to_json();
            json.replace('\u{7f}', "\\u007f")
        };
        let profiles = self.profile.iter().map(|(name, profile)| {
            let entries = profile.iter();
            let entries =
                entries.map(|(name, value)| format!("{} = {}\n", quoted(name), quoted(value)));
            format!(
                "[profile.{}]\n{}",
                quoted(name),
                entries.collect::<String>()
            )
        });
        profiles.collect::<Vec<_>>().join("\n")
    }
}
