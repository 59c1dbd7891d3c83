//! Writes files that commands are asked for.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context as _;

/// Writes a text to a file. A full disk leaves an existing file as it is.
///
/// The text is written beside the file first, which then replaces it. What is no file, such as `/dev/stdout`, and what is in a
/// folder that cannot be written to, is written directly.
pub(crate) fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let written = match fs::metadata(path) {
        Ok(old) if !old.is_file() => fs::write(path, text),
        old => {
            // A link stays one.
            let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
            let permissions = old.ok().map(|old| old.permissions());
            match replace(&place, text, permissions) {
                Err(error) if error.kind() == ErrorKind::PermissionDenied => fs::write(path, text),
                written => written,
            }
        }
    };
    written.with_context(|| format!("cannot write {}", path.display()))
}

fn replace(place: &Path, text: &str, permissions: Option<fs::Permissions>) -> std::io::Result<()> {
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    let unfinished = place.with_file_name(format!(".{name}.{}", std::process::id()));
    let written = fs::write(&unfinished, text)
        .and_then(|()| permissions.map_or(Ok(()), |old| fs::set_permissions(&unfinished, old)))
        .and_then(|()| fs::rename(&unfinished, place));
    if written.is_err() {
        // Without it, nothing is left to remove.
        let _ = fs::remove_file(&unfinished);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("report.json");
        for text in ["one", "another"] {
            write(&place, text).unwrap();
            assert_eq!(fs::read_to_string(&place).unwrap(), text);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(write(&folder.path().join("missing/report.json"), "").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_leads_to_the_new_text_and_a_device_stays_one() {
        use std::os::unix::fs::FileTypeExt as _;

        let folder = tempfile::tempdir().unwrap();
        let (place, link) = (
            folder.path().join("report.json"),
            folder.path().join("link"),
        );
        fs::write(&place, "one").unwrap();
        std::os::unix::fs::symlink(&place, &link).unwrap();
        write(&link, "another").unwrap();
        assert_eq!(fs::read_to_string(&place).unwrap(), "another");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        write(Path::new("/dev/null"), "text").unwrap();
        assert!(
            fs::metadata("/dev/null")
                .unwrap()
                .file_type()
                .is_char_device()
        );
    }
}
