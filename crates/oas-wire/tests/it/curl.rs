//! What curl and a shell make of a command.

use std::process::Command as Process;

use oas_wire::curl::{Command, FormPart, Word};

fn url() -> Word {
    Word::text("http://localhost/a")
}

#[test]
fn the_method_is_the_one_that_is_sent() {
    let body = || Word::text("x");
    for (command, expected) in [
        (Command::new("GET", url()), "curl 'http://localhost/a'"),
        // curl sends a body by POST unless it is told otherwise.
        (
            Command::new("GET", url()).body(body()),
            "curl -X GET 'http://localhost/a' --data-raw 'x'",
        ),
        (
            Command::new("HEAD", url()),
            "curl --head 'http://localhost/a'",
        ),
        // curl refuses `--head` together with a body.
        (
            Command::new("HEAD", url()).body(body()),
            "curl -X HEAD 'http://localhost/a' --data-raw 'x'",
        ),
        // These characters are valid in a method (RFC 9110 §5.6.2), and special in a shell.
        (
            Command::new("A|B", url()),
            "curl -X 'A|B' 'http://localhost/a'",
        ),
        // curl would expand the brackets.
        (
            Command::new("GET", Word::text("http://localhost/a?b[1]=2")),
            "curl -g 'http://localhost/a?b[1]=2'",
        ),
    ] {
        assert_eq!(command.to_string(), expected);
    }
}

#[test]
fn a_body_is_a_file_a_form_or_a_text() {
    let command = Command::new("POST", url()).file("a b.json");
    assert_eq!(
        format!("{command:#}"),
        "curl -X POST 'http://localhost/a' \\\n  --data-binary '@a b.json'"
    );
    let command = Command::new("POST", url())
        .part(&FormPart::text("note", "@home"))
        .part(&FormPart::file("scan", "a.png"));
    assert_eq!(
        command.to_string(),
        "curl -X POST 'http://localhost/a' --form-string 'note=@home' -F 'scan=@a.png'"
    );
}

#[cfg(unix)]
#[test]
fn a_shell_reads_a_word_as_it_was() {
    let texts = [
        "",
        "it's",
        "''",
        "a\\",
        "$HOME `ls` \"x\"",
        "one\ntwo\t\r\u{7f}",
        "汉\r字1",
    ];
    for text in texts {
        let word = Word::text(text);
        for shown in [word.to_string(), format!("{word:#}")] {
            let script = format!("printf %s {shown}");
            let output = match Process::new("bash").args(["-c", &script]).output() {
                Ok(output) => output,
                Err(_) => return eprintln!("skipped: there is no bash"),
            };
            assert_eq!(
                String::from_utf8(output.stdout).as_deref(),
                Ok(text),
                "{script}"
            );
        }
    }
}
