//! Contains the files of a new workspace that are not generated again: their owner maintains them.

use std::collections::BTreeMap;

/// A new workspace.
pub(super) struct WorkspaceFiles<'a> {
    /// The prefix of the names of the crates.
    pub(super) name: &'a str,
    /// The file name of the document.
    pub(super) spec: &'a str,
    /// `runtime` of the configuration.
    pub(super) runtime: String,
    /// The command that installs the program.
    pub(super) install: String,
}

const CARGO: &str = "\
[workspace]
resolver = \"3\"
members = [\"crates/*\"]

# What generated crates have of it: `license`, `authors`, `repository`, and `version` where openapi/codegen.toml takes it from here.
[workspace.package]
";

const CODEGEN: &str = "\
# Which document becomes which crates: `oas generate` writes NAME-types, NAME-client and NAME-server into `out`.

# Where the crates take their runtimes from: { version = \"…\" }, { git = \"…\", tag = \"…\" }, or { path = \"…\" } from this
# folder's parent on.
runtime = RUNTIME

# What their manifests have; license and version are those of the document where nothing else is written here.
[package]
# license = \"MIT\"
# authors = [\"…\"]
# repository = \"https://…\"
# version = \"document\"   # or \"workspace\", or a version such as \"1.2.3\"
publish = false

[[document]]
spec = DOCUMENT
name = \"NAME\"
out = \"crates\"
# strict = true      # implementations of the server have to have every operation
# only = \"client\"    # or \"server\", \"types\" or \"cli\"; the first three without
# cli = true         # also a command line, NAME-cli
# tests = false      # no generated tests
# webhooks = false   # no NAME-webhooks-client and NAME-webhooks-server, where the document has webhooks or callbacks
# schemas.Pet = \"my_crate::Pet\"            # a type in the place of that of a component
# schemas.Dog = { derive = [\"Eq\"], attributes = [] } # additional derives and attributes
# dependencies.my-crate = { path = \"../my-crate\" } # the crates that these need
# formats = []       # formats whose texts are values of a type, such as \"date-time\" and \"uuid\", or \"all\" that can be
# extensions = []    # extensions of operations that the client carries
";

const REVIEW: &str = "\
# How findings about the document are judged, by `oas lint` and `oas diff`, here and in CI alike. Every decision has a reason.

[lint]
# deny = \"warnings\"

# [lint.levels]
# unused-component = { level = \"off\", reason = \"shared with other documents\" }

[diff]
profile = \"codegen\"    # those who use the generated crates notice more than those who talk to the API: \"wire\"
fail-on = \"breaking\"   # or \"warning\", \"any\", \"never\"

# [[diff.accepted]]    # `oas diff` shows the entry to paste
";

const README: &str = "\
# NAME

The API of [`openapi/SPEC`](openapi/SPEC), as Rust crates. Nobody edits them by hand: they are generated from the document.

| Crate | What it has |
| --- | --- |
| [`NAME-types`](crates/NAME-types) | the types of the document |
| [`NAME-client`](crates/NAME-client) | a client with a builder for each operation |
| [`NAME-server`](crates/NAME-server) | traits to implement, and a service that checks every request against the document |

## Work on it

`oas` is installed with

```sh
INSTALL
```

| Command | What it does |
| --- | --- |
| `oas lint` | shows mistakes in the document, each with a remedy |
| `oas generate` | writes the crates, and describes what changed; `--check` reports whether they are up to date |
| `oas diff` | rates the changes of this branch for those who use the API |
| `oas serve` | serves the document as a mock, without a line of code |
| `cargo test` | tests the crates, on the wire |

`openapi/codegen.toml` configures which crates are generated from which document, `openapi/review.toml` how findings are judged. The workflows in
`.github` and `.gitlab-ci.yml` do all of the above for every change. The README of each crate shows how it is used.
";

const GITHUB: &str = "\
name: API

on:
  push:
    branches: [main, master]
  pull_request:

permissions:
  contents: read

concurrency:
  group: api-${{ github.ref }}
  cancel-in-progress: true

env:
  CARGO_TERM_COLOR: always

jobs:
  check:
    runs-on: ubuntu-latest
    timeout-minutes: 30
    steps:
      - uses: actions/checkout@CHECKOUT
        with:
          # The review compares with the commit where the branch left its target.
          fetch-depth: 0
          persist-credentials: false
      - uses: Swatinem/rust-cache@CACHE
      - name: Install oas
        run: INSTALL
      - name: The document has no errors
        run: oas lint --format github
      - name: The crates are those of the document
        run: oas generate --check
      - name: The crates work
        run: cargo test --workspace
      - name: The change breaks nobody
        if: github.event_name == 'pull_request'
        run: |
          status=0
          oas diff --format markdown --output \"$RUNNER_TEMP/report.md\" --format github || status=$?
          cat \"$RUNNER_TEMP/report.md\" >> \"$GITHUB_STEP_SUMMARY\" || true
          exit \"$status\"
";

const GITLAB: &str = "\
image: rust:1

variables:
  CARGO_HOME: $CI_PROJECT_DIR/.cargo
  # The review compares with the commit where the branch left its target.
  GIT_DEPTH: 0

cache:
  key:
    files: [Cargo.lock]
  paths: [.cargo/bin, .cargo/registry, target]

before_script:
  - export PATH=\"$CARGO_HOME/bin:$PATH\"
  - rustup component add rustfmt
  - command -v oas || INSTALL

check:
  rules:
    - if: $CI_PIPELINE_SOURCE == \"merge_request_event\"
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  script:
    - oas lint --format text --format junit --output /dev/stdout --output lint.xml
    - oas generate --check
    - cargo test --workspace
  artifacts:
    when: always
    reports:
      junit: lint.xml

review:
  rules:
    - if: $CI_PIPELINE_SOURCE == \"merge_request_event\"
  script:
    - oas diff --base \"$CI_MERGE_REQUEST_DIFF_BASE_SHA\" --format junit --output diff.xml --format text
  artifacts:
    when: always
    reports:
      junit: diff.xml
";

/// The actions of the workflow, by commit: a tag can be moved.
const CHECKOUT: &str = "08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0";
const CACHE: &str = "98c8021b550208e191a6a3145459bfc9fb29c4c0 # v2.8.0";

impl WorkspaceFiles<'_> {
    /// Returns the files, by path.
    pub(super) fn files(&self) -> BTreeMap<String, String> {
        let filled = |text: &str| {
            text.replace("CHECKOUT", CHECKOUT)
                .replace("CACHE", CACHE)
                .replace("INSTALL", &self.install)
                .replace("RUNTIME", &self.runtime)
                .replace(
                    "DOCUMENT",
                    &format!("{:?}", format!("openapi/{}", self.spec)),
                )
                .replace("SPEC", self.spec)
                .replace("NAME", self.name)
        };
        let files = [
            ("Cargo.toml", CARGO),
            (".gitignore", "/target\n"),
            ("README.md", README),
            ("openapi/codegen.toml", CODEGEN),
            ("openapi/review.toml", REVIEW),
            (".github/workflows/api.yml", GITHUB),
            (".gitlab-ci.yml", GITLAB),
        ];
        let files = files.into_iter();
        files
            .map(|(path, text)| (path.to_owned(), filled(text)))
            .collect()
    }
}

/// Returns a small document to start from.
pub(super) fn template(name: &str) -> String {
    format!(
        "\
openapi: 3.1.0
info:
  title: {name}
  version: 0.1.0
tags:
  - name: greetings
    description: What there is to begin with.
paths:
  /greetings/{{name}}:
    get:
      operationId: greet
      tags: [greetings]
      summary: Greets somebody.
      parameters:
        - name: name
          in: path
          required: true
          schema: {{type: string, minLength: 1}}
      responses:
        '200':
          description: A greeting.
          content:
            application/json:
              schema: {{$ref: '#/components/schemas/Greeting'}}
              example: {{text: Hello}}
        4XX:
          description: The request is not as it should be.
          content:
            application/problem+json:
              schema: {{$ref: '#/components/schemas/Problem'}}
components:
  schemas:
    Greeting:
      type: object
      required: [text]
      properties:
        text: {{type: string}}
    Problem:
      description: An error (RFC 9457).
      type: object
      properties:
        title: {{type: string}}
        status: {{type: integer}}
        detail: {{type: string}}
"
    )
}
