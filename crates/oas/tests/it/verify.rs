//! Tests `verify`: a server is compared with its document.

use super::serve::Serving;
use super::{Folder, PETS};

/// Returns the document with a limit that the served one does not have.
fn stricter() -> String {
    PETS.replace(
        "schema: {type: string}}",
        "schema: {type: string, maxLength: 9}}",
    )
}

#[test]
fn a_server_that_keeps_to_its_document_succeeds() {
    let folder = Folder::with(PETS);
    let serving = Serving::start(&folder, &[]);
    let run = folder.run(&["verify", &serving.url()]);
    assert_eq!((run.status, &*run.err), (0, "1 request to 1 operation\n"));
    assert_eq!(
        run.out,
        "1 document checked: 0 errors, 0 warnings, 0 notes\n"
    );
}

#[test]
fn what_breaks_the_document_is_shown_at_its_operation_with_a_line_that_shows_it() {
    let folder = Folder::with(PETS);
    let serving = Serving::start(&folder, &[]);
    folder.write("stricter.yaml", stricter());
    let url = serving.url();
    let run = folder.run(&["verify", &url, "--spec", "stricter.yaml"]);
    assert_eq!(run.status, 1, "{}", run.err);
    let start = "stricter.yaml:6:5: error[invalid-request-accepted]: `GET /pets/{id}` answers 200 to a request whose path parameter `id` breaks `maxLength`\n  at /paths/~1pets~1{id}/get\n";
    assert!(run.out.starts_with(start), "{}", run.out);
    let line = format!("this shows it: curl '{url}/pets/aaaaaaaaaa'\n");
    assert!(run.out.contains(&line), "{}", run.out);

    let run = folder.run(&[
        "verify",
        &url,
        "--spec",
        "stricter.yaml",
        "--format",
        "json",
    ]);
    let report: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(report["failed"], true);
    assert_eq!(report["findings"][0]["rule"], "invalid-request-accepted");

    // A decision about it, with its reason.
    folder.write(
        "openapi/review.toml",
        "[verify.levels]\ninvalid-request-accepted = { level = 'note', reason = 'known' }\n",
    );
    let run = folder.run(&["verify", &url, "--spec", "stricter.yaml"]);
    assert_eq!(run.status, 0, "{}{}", run.out, run.err);
    let run = folder.run(&["explain", "invalid-request-accepted"]);
    assert!(run.out.contains("breaks the document"), "{}", run.out);
}

#[test]
fn a_dry_run_shows_lines_without_secrets() {
    let folder = Folder::with(&format!(
        "{}  securitySchemes: {{key: {{type: apiKey, in: query, name: k}}}}\nsecurity: [{{key: []}}]\n",
        PETS
    ));
    let arguments = [
        "verify",
        "http://127.0.0.1:1",
        "--dry-run",
        "--credential",
        "key=hidden",
    ];
    let run = folder.run(&arguments);
    assert_eq!(run.status, 0, "{}", run.err);
    assert_eq!(
        run.out,
        "# GET /pets/{id}: valid, with all that it may have\n\
         curl 'http://127.0.0.1:1/pets/text?k='\"$OAS_CREDENTIAL_KEY\"\n\
         # GET /pets/{id}: invalid, without credentials\n\
         curl 'http://127.0.0.1:1/pets/text'\n"
    );
}

#[test]
fn what_cannot_be_verified_is_no_response() {
    let folder = Folder::with(PETS);
    for (arguments, reason) in [
        (vec!["http://127.0.0.1:1"], "the server cannot be reached: "),
        (
            vec!["http://127.0.0.1:1", "--operation", "getPets"],
            "there is no operation `getPets`; did you mean `getPet`?",
        ),
        (
            vec!["http://127.0.0.1:1", "--credential", "key=v4lue"],
            "there is no security scheme `key`; there is none",
        ),
        (
            vec!["ftp://127.0.0.1"],
            "the scheme `ftp` is neither http nor https",
        ),
        (
            vec!["http://127.0.0.1:1", "--spec", "none.yaml"],
            "none.yaml",
        ),
    ] {
        let arguments = [vec!["verify"], arguments].concat();
        let run = folder.run(&arguments);
        assert_eq!(run.status, 2, "{arguments:?}: {}{}", run.out, run.err);
        assert!(run.err.contains(reason), "{arguments:?}: {}", run.err);
        assert!(!run.err.contains("v4lue"), "{}", run.err);
    }
    let posts = Folder::with(&PETS.replace("    get:", "    post:"));
    let run = posts.run(&["verify", "http://127.0.0.1:1"]);
    assert_eq!(run.status, 2);
    assert!(
        run.err
            .contains("no request was sent: POST /pets/{id}: its method can change something"),
        "{}",
        run.err
    );
}
