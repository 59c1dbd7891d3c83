//! Words for errors of the operating system.

use std::io;

/// Removes the numbers of the operating system from a text that contains its errors: `(os error 2)` means nothing to a reader.
pub(crate) fn without_numbers(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(" (os error ") {
        out.push_str(before);
        let number = after.split_once(')');
        let number = number.filter(|(number, _)| number.bytes().all(|byte| byte.is_ascii_digit()));
        rest = number.map_or(after, |(_, after)| after);
    }
    out + rest
}

/// Formats an error of the operating system as a clause.
pub(crate) fn words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file".to_owned(),
        _ => without_numbers(&error.to_string()),
    }
}

/// Formats the reason why a program that this one needs did not run, with a remedy where it is not there.
pub(crate) fn not_run(program: &str, error: &io::Error) -> anyhow::Error {
    match error.kind() {
        io::ErrorKind::NotFound => anyhow::anyhow!(
            "cannot run {program}: it is in no folder of the variable PATH\nInstall it, or add its folder to PATH."
        ),
        _ => anyhow::anyhow!("cannot run {program}: {}", words(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_the_system_are_removed() {
        for (text, expected) in [
            (
                "cannot write x: Permission denied (os error 13)",
                "cannot write x: Permission denied",
            ),
            ("a (os error 2), b (os error 3)", "a, b"),
            ("nothing of the kind", "nothing of the kind"),
        ] {
            assert_eq!(without_numbers(text), expected);
        }
    }
}
