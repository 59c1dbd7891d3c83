//! Implements `verify`, which compares a running server with its document.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use http::{HeaderName, HeaderValue};
use oas_document::{Document, nearest, openapi};
use oas_mock::{Mock, Upstream};
use oas_verify::{Report, Verifier};
use serde_json::Value;

use crate::config::Config;
use crate::progress;
use crate::report::{Extent, Format, Lint, Outputs};
use crate::review::{Denied, Review};
use crate::terminal::{self, plural};
use crate::verdict::Verdict;
use crate::workspace::{self, Read};

/// Lines about what was not verified, at most.
const SKIPPED: usize = 20;

/// Send valid and invalid requests of a document to a running server, and report how its responses break the document
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The requests are made of the examples and schemas of the document, and are the same in every run. Operations whose methods can \
change something are called only where --allow has the method.

The credential of a security scheme is taken from the variable OAS_CREDENTIAL_ and its name, such as OAS_CREDENTIAL_API_KEY for \
`api-key`: a token or key, or `user:password`. Printed curl commands have the variable in its place.

Exits with 1 if a response breaks the document, and with 2 if the server cannot be reached or nothing was called. The table \
`[verify]` of openapi/review.toml gives rules other levels and lists findings to ignore, each with a reason.")]
pub(crate) struct Arguments {
    /// The server; a path in the URL takes the place of the base path of the document's first server
    url: String,
    /// Compare it with this document, `-` for standard input, instead of the first in openapi/codegen.toml
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// Call this operation alone, by its operationId or as `GET /pets/{id}`; may be repeated
    #[arg(long = "operation", value_name = "OPERATION")]
    operations: Vec<String>,
    /// Also call operations of METHOD, such as POST; `all` for every method
    #[arg(long = "allow", value_name = "METHOD", value_delimiter = ',')]
    allowed: Vec<String>,
    /// Use this credential for a security scheme; other users can see VALUE in the process list, so prefer @FILE
    #[arg(long = "credential", value_name = "SCHEME=VALUE|SCHEME=@FILE")]
    credentials: Vec<String>,
    /// Send this header field with each request
    #[arg(long = "header", value_name = "NAME: VALUE")]
    headers: Vec<String>,
    /// Use VALUE for every parameter called NAME, such as the id of an existing resource
    #[arg(long = "set", value_name = "NAME=VALUE")]
    values: Vec<String>,
    /// Base path of the operations; overrides that of the URL and the document
    #[arg(long, value_name = "PATH")]
    base_path: Option<String>,
    /// How long a response may take
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = clap::value_parser!(u64).range(1..))]
    timeout: u64,
    /// Stop after this time
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    time_limit: Option<u64>,
    /// Send no more requests than this per second
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    rate: Option<u32>,
    /// Print the requests as curl commands; send none
    #[arg(long)]
    dry_run: bool,
    /// How to write the findings; may be repeated
    #[arg(
        long = "format",
        value_name = "FORMAT",
        default_value = "text",
        value_enum
    )]
    formats: Vec<Format>,
    #[command(flatten)]
    outputs: Outputs,
    /// Show all findings instead of 20 per rule
    #[arg(long)]
    all: bool,
    /// Also fail on warnings (`warnings`), or on warnings and notes (`notes`)
    #[arg(long, value_name = "SEVERITY", value_enum)]
    deny: Option<Denied>,
    /// File with rule levels and ignored findings [default: openapi/review.toml, if it is there]
    #[arg(long, value_name = "FILE")]
    review: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, program: &str) -> anyhow::Result<Verdict> {
    let url = &arguments.url;
    let upstream = Upstream::new(url).map_err(|error| anyhow!("{url} is not a server: {error}"))?;
    let root = workspace::root().ok();
    let review = Review::read(arguments.review.as_deref(), root.as_deref())?;
    let spec = match (&arguments.spec, &root) {
        (Some(spec), _) => spec.clone(),
        (None, _) => {
            let root = workspace::root()?;
            root.join(Config::first(&root)?.spec)
        }
    };
    let shown = workspace::display_path(&spec, root.as_deref());
    let mock = progress::during(&format!("reading {shown}"), || {
        anyhow::Ok(match workspace::read(&spec, &shown)? {
            Read::Document(document) => Mock::validator(*document),
            Read::Rejected(found) => Err(found),
        })
    })?;
    let mock = match mock {
        Ok(mock) => mock,
        Err(found) => {
            terminal::complain_of(&found);
            bail!("{shown} has errors; `{program} lint {shown}` shows all that is wrong with it");
        }
    };
    let verifier = arguments.verifier(&mock, upstream)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot wait for responses")?;
    if arguments.dry_run {
        let planned = progress::during(&format!("making requests of {shown}"), || {
            runtime.block_on(verifier.plan())
        });
        return dry_run(&planned);
    }
    let report = progress::during(&format!("verifying {url}"), || {
        runtime.block_on(verifier.run(|_, _| {}))
    });
    let report = report.with_context(|| format!("{url} was not verified"))?;
    let skipped = report.skipped.clone();
    let (requests, operations) = (report.requests, report.operations);
    arguments.write(report, &shown, &review).inspect(|_| {
        for line in skipped.iter().take(SKIPPED) {
            terminal::complain(&format!(
                "not verified: {}: {}",
                line.operation, line.reason
            ));
        }
        if let Some(more @ 1..) = skipped.len().checked_sub(SKIPPED) {
            terminal::complain(&format!("not verified: {}", plural(more, "more operation")));
        }
        terminal::complain(&format!(
            "{} to {}",
            plural(requests, "request"),
            plural(operations, "operation")
        ));
    })
}

/// Prints the requests, each as a comment and a line for a shell.
fn dry_run(planned: &[oas_verify::Planned]) -> anyhow::Result<Verdict> {
    for request in planned {
        let kind = if request.is_valid { "valid" } else { "invalid" };
        let line = request.curl.as_deref();
        terminal::print(&format!(
            "# {}: {kind}, {}\n{}\n",
            request.operation,
            request.words,
            line.unwrap_or("# its body is in no line")
        ))?;
    }
    Ok(Verdict::Success)
}

impl Arguments {
    fn verifier<'m>(&self, mock: &'m Mock, upstream: Upstream) -> anyhow::Result<Verifier<'m>> {
        let mut verifier = Verifier::new(mock, upstream);
        verifier = verifier.timeout(Duration::from_secs(self.timeout));
        let document = mock.document();
        for name in &self.operations {
            known_operation(mock, name)?;
            verifier = verifier.only(name);
        }
        for method in &self.allowed {
            verifier = match method.as_str() {
                "all" => verifier.allow_all(),
                method => verifier.allow(method),
            };
        }
        for scheme in openapi::security_schemes(document) {
            let name = scheme.name;
            if let Ok(secret) = std::env::var(Verifier::variable(name)) {
                verifier = verifier.credential(name, secret.into());
            }
        }
        for given in &self.credentials {
            // The value is in no message.
            let (name, secret) = given
                .split_once('=')
                .context("a credential is written as SCHEME=VALUE")?;
            known_scheme(document, name)?;
            let secret = match secret.strip_prefix('@') {
                Some(file) => {
                    let text = fs::read_to_string(file);
                    let text = text.with_context(|| format!("cannot read {file}"))?;
                    text.trim_end().to_owned()
                }
                None => secret.to_owned(),
            };
            verifier = verifier.credential(name, secret.into());
        }
        for given in &self.headers {
            let field = given.split_once(':').and_then(|(name, value)| {
                let name: HeaderName = name.trim().parse().ok()?;
                Some((name, HeaderValue::from_str(value.trim()).ok()?))
            });
            let (name, value) = field.context("a header field is written as NAME: VALUE")?;
            verifier = verifier.header(name, value);
        }
        for given in &self.values {
            let (name, value) = given
                .split_once('=')
                .context("a value of a parameter is written as NAME=VALUE")?;
            let json = serde_json::from_str(value);
            let value = json.unwrap_or_else(|_| Value::from(value));
            verifier = verifier.value(name, value);
        }
        if let Some(path) = &self.base_path {
            verifier = verifier.base_path(path);
        }
        if let Some(limit) = self.time_limit {
            verifier = verifier.time_limit(Duration::from_secs(limit));
        }
        if let Some(rate) = self.rate {
            verifier = verifier.pause(Duration::from_secs(1) / rate);
        }
        Ok(verifier)
    }

    fn write(&self, report: Report, shown: &str, review: &Review) -> anyhow::Result<Verdict> {
        if report.requests == 0 {
            let reason = report.skipped.first();
            let reason = reason.map(|first| format!("{}: {}", first.operation, first.reason));
            bail!(
                "no request was sent: {}\n`--allow all` calls operations of every method, on a server where that may be.",
                reason.unwrap_or_else(|| format!("{shown} has no operation"))
            );
        }
        let report = Lint {
            command: "oas verify",
            documents: vec![shown.to_owned()],
            judged: review.verify.judge(report.findings),
            denied: self.deny.or(review.verify.deny),
        };
        let extent = match self.all {
            true => Extent::All,
            false => Extent::Capped,
        };
        let render = |format, color| report.render(format, extent, color);
        self.outputs.write(&self.formats, render)?;
        Ok(Verdict::of(!report.failed()))
    }
}

fn known_operation(mock: &Mock, name: &str) -> anyhow::Result<()> {
    let base = mock.base_path();
    let names = || {
        mock.routes().iter().flat_map(|route| {
            let path = route.path.strip_prefix(base).unwrap_or(&route.path);
            let selected_by = route.selected_by.iter().map(|value| format!(" {value}"));
            let address = format!("{} {path}{}", route.method, selected_by.collect::<String>());
            [route.operation.clone(), address]
        })
    };
    if names().any(|known| known == name) {
        return Ok(());
    }
    let all: Vec<String> = names().collect();
    let near = nearest(name, all.iter().map(String::as_str));
    let near = near.map(|near| format!("; did you mean `{near}`?"));
    bail!(
        "there is no operation `{}`{}",
        name.escape_debug(),
        near.unwrap_or_default()
    )
}

fn known_scheme(document: &Document, name: &str) -> anyhow::Result<()> {
    let schemes = openapi::security_schemes(document);
    if schemes.iter().any(|scheme| scheme.name == name) {
        return Ok(());
    }
    let names: Vec<&str> = schemes.iter().map(|scheme| scheme.name).collect();
    bail!(
        "there is no security scheme `{}`; there is {}",
        name.escape_debug(),
        if names.is_empty() {
            "none".to_owned()
        } else {
            names.join(", ")
        }
    )
}
