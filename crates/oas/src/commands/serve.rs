//! Implements `serve`, which serves a document from tables that are constructed at run time.

mod address;
mod source;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use axum::body::Body;
use oas_document::{Diagnostic, Severity};
use oas_mock::{Host, Mock, Options, Page, Route, Upstream};
use oas_server::serve::Signals;
use oas_wire::text::visible;
use tower_service::Service as _;

use self::source::{Source, Task};
use super::{docs, lint};
use crate::progress;
use crate::report;
use crate::terminal::{self, plural};
use crate::verdict::Verdict;
use crate::workspace;

/// Serve a document: requests are checked as by the generated server, and answered with the documented examples
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A request chooses its response: `Prefer: code=404` by status, `Prefer: example=NAME` by the name of an example, `Accept` by media \
type. What has no example is made of its schema. The documentation is at /docs/, or at another path, which is printed, if the document \
has paths there.

With --proxy, the path of a request is put behind that of the URL. Request and response stay as they are, except that a `Report` \
response header is added for each violation, and for what was not checked; the log has them, too. Items of streams are checked as they \
pass. Bodies of more than 16 MiB pass unchecked.")]
pub(crate) struct Arguments {
    /// Listen on this address, or on this port of this machine; port 0 takes any that is free
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080", value_parser = address::parse)]
    addr: String,
    /// Serve this document, `-` for standard input, instead of the first in openapi/codegen.toml
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// Serve the document anew whenever one of its files changes
    #[arg(long)]
    watch: bool,
    /// Answer nothing: pass requests on to the server at this URL, and report how they and its responses break the document
    #[arg(long, value_name = "URL")]
    proxy: Option<String>,
    /// Exit with 1 at the end if a request or a response broke the document, or a response did not arrive as a whole
    #[arg(long, requires = "proxy")]
    check_only: bool,
}

impl Arguments {
    /// Returns the conversion of a document to a mock.
    fn task(&self) -> Task {
        match self.proxy {
            Some(_) => Mock::validator,
            None => Mock::new,
        }
    }
}

/// The interval at which files are checked for changes.
const POLL_INTERVAL: Duration = Duration::from_millis(200);

/// The path of the documentation, unless the document has paths there.
const USUAL_PAGES: &str = "/docs/";

/// The largest number of operations that are listed at the start.
const MAX_LISTED: usize = 30;

/// The rules of the generator whose findings are reported: what is served otherwise than the document has it.
const REPORTED_RULES: [&str; 6] = [
    "foreign-pattern",
    "invalid-pattern",
    "unchecked-keyword",
    "unsupported-method",
    "unusable-security-scheme",
    "unchecked-pattern",
];

pub(super) fn run(arguments: &Arguments, program: &str) -> anyhow::Result<Verdict> {
    let proxy = arguments.proxy.as_deref().map(Upstream::new).transpose();
    let proxy = proxy.map_err(|error| {
        let url = arguments.proxy.as_deref().unwrap_or_default();
        anyhow!("requests cannot be passed on to {url}: {error}")
    })?;
    if arguments.watch && arguments.spec.as_deref() == Some(Path::new(workspace::STANDARD_INPUT)) {
        bail!(
            "standard input is read once, so that no change of it could be watched\nName a file, or leave out --watch."
        );
    }
    let mut source = Source::new(arguments.spec.as_deref(), arguments.task())?;
    let what = format!("reading {}", source.shown);
    let mock = match progress::during(&what, || source.read())? {
        Ok(mock) => mock,
        Err(found) => {
            terminal::complain_of(&found);
            let shown = &source.shown;
            terminal::complain(&format!(
                "{shown} cannot be served; `{program} lint {shown}` shows all that is wrong with it"
            ));
            return Ok(Verdict::Negative);
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = runtime.context("cannot start threads")?;
    let verdict = runtime.block_on(serve(arguments, program, source, mock, proxy));
    // What is still looked for in a large document keeps nobody waiting.
    runtime.shutdown_background();
    verdict
}

async fn serve(
    arguments: &Arguments,
    program: &str,
    source: Source,
    mock: Mock,
    proxy: Option<Upstream>,
) -> anyhow::Result<Verdict> {
    // Before the address of the process is printed.
    let mut signals = Signals::new().context("cannot wait for signals")?;
    let listener = address::listen(&arguments.addr).await?;
    let origin = format!("http://{}", listener.local_addr()?);
    let introduction = introduce(&source.shown, &mock, &origin, proxy.is_some()).await;
    let changes = match (workspace::root(), &source.name) {
        (Ok(root), Some(name)) => docs::changes(&root, name)?,
        _ => Vec::new(),
    };
    let broken = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&broken);
    let log = move |line: &oas_mock::Line| {
        counted.fetch_add(
            usize::from(line.is_first_with_violations()),
            Ordering::Relaxed,
        );
        // An error of printing is ignored, because nobody reads the output.
        let _ = terminal::print_line(&line.to_string());
    };
    let name = source.name.clone();
    let name = name.unwrap_or_else(|| docs::crate_name(Path::new(&source.shown)));
    let pages = move |mock: &Mock| {
        let site = docs::site(mock.document(), &name, &changes);
        let pages = site.into_files().map(|file| Page {
            path: file.path,
            media_type: file.media_type.to_owned(),
            text: file.text.into(),
        });
        pages.collect()
    };
    let deviations = deviations(&mock);
    let first = mock.clone();
    let options = Options::default().pages(pages);
    let options = match proxy {
        Some(proxy) => options.proxy(proxy),
        None => options,
    };
    let host = Host::with(mock, log, options);
    terminal::print_line(&format!("listening on {origin}"))?;
    if let Some(path) = host.pages() {
        terminal::print_line(&documentation(&origin, &path))?;
    }
    terminal::print(&introduction)?;
    terminal::complain_of(&deviations);
    let (shown, program) = (source.shown.clone(), program.to_owned());
    let checked = first.clone();
    // Nobody waits for it: the server listens already.
    tokio::task::spawn_blocking(move || summarize(&checked, &shown, &program));
    if arguments.watch {
        tokio::spawn(watch(source, host.clone(), origin, first));
    }
    let (stop, stopped) = tokio::sync::oneshot::channel();
    let mut serving = std::pin::pin!(host.run(listener, async {
        let _ = stopped.await;
    }));
    tokio::select! {
        served = &mut serving => {
            return served.map(|()| Verdict::Success).context("the listener broke");
        }
        () = signals.next() => {}
    }
    // The host waits for this as long as it serves.
    let _ = stop.send(());
    terminal::complain("ending when the requests at hand are answered");
    tokio::select! {
        served = &mut serving => served.context("the listener broke")?,
        // A second signal means that the user does not want to wait.
        () = signals.next() => {}
    }
    if arguments.proxy.is_none() {
        return Ok(Verdict::Success);
    }
    let broken = broken.load(Ordering::Relaxed);
    terminal::complain(&format!(
        "{} broke the document, or had no whole response",
        plural(broken, "exchange")
    ));
    Ok(Verdict::of(broken == 0 || !arguments.check_only))
}

/// Reads the document again whenever it changes, and continues to serve the last one if the new one cannot be served.
///
/// A document that is served without errors of lint is not replaced by one with errors either: editors save documents that are
/// half written, and one without paths can be served.
async fn watch(mut source: Source, host: Host, origin: String, first: Mock) {
    // Nobody waits for lint until the document changes.
    let mut lint = Some(tokio::task::spawn_blocking(move || {
        errors(&first).is_empty()
    }));
    let mut is_valid = false;
    loop {
        tokio::time::sleep(POLL_INTERVAL).await;
        if !source.has_changed() {
            continue;
        }
        if let Some(lint) = lint.take() {
            is_valid = lint.await.unwrap_or_default();
        }
        let read = tokio::task::spawn_blocking(move || {
            let read = source.read().map(|read| {
                read.and_then(|mock| {
                    let errors = errors(&mock);
                    match is_valid && !errors.is_empty() {
                        true => Err(errors),
                        false => Ok((mock, errors.is_empty())),
                    }
                })
            });
            (source, read)
        });
        // The task neither panics nor is given up; if it did, there would be nothing left to watch.
        let Ok((kept, read)) = read.await else { return };
        source = kept;
        let shown = &source.shown;
        match read {
            Ok(Ok((mock, has_no_errors))) => {
                is_valid = has_no_errors;
                let operations = plural(mock.routes().len(), "operation");
                terminal::complain_of(&deviations(&mock));
                let before = host.pages();
                host.replace(mock);
                let _ = terminal::print_line(&format!("{shown} has changed: serving {operations}"));
                if let Some(path) = host.pages().filter(|_| host.pages() != before) {
                    let _ = terminal::print_line(&documentation(&origin, &path));
                }
            }
            Ok(Err(found)) => {
                let found: Vec<Diagnostic> = found
                    .into_iter()
                    .filter(|found| found.severity == Severity::Error)
                    .collect();
                terminal::complain_of(&found);
                terminal::complain(&format!(
                    "{shown} has changed, and what it was goes on being served"
                ));
            }
            Err(error) => {
                terminal::complain(&format!("{error:#}; what it was goes on being served"));
            }
        }
    }
}

/// Returns the errors that lint finds in the document that is served.
fn errors(mock: &Mock) -> Vec<Diagnostic> {
    let mut found = oas_document::lint(mock.document());
    found.retain(|found| found.severity == Severity::Error);
    found
}

/// Prints how many errors and warnings `lint` has for the document that is served, if there are any.
fn summarize(mock: &Mock, shown: &str, program: &str) {
    let found = lint::problems(mock.document(), Vec::new());
    let root = workspace::root().ok();
    // Invalid decisions are a failure of `lint`, and none of what is served.
    let Ok(judged) = report::judge(found, root.as_deref()) else {
        return;
    };
    let counts = [Severity::Error, Severity::Warning].map(|severity| {
        let count = judged.count(severity);
        (count > 0).then(|| plural(count, severity.name()))
    });
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    if !counts.is_empty() {
        terminal::complain(&format!(
            "{}; `{program} lint {shown}` shows what is wrong",
            counts.join(", ")
        ));
    }
}

/// Formats the address of the documentation, with a reason if it is not the usual one.
fn documentation(origin: &str, path: &str) -> String {
    let why = match path {
        USUAL_PAGES => "",
        _ => ", because the document has paths of its own at /docs",
    };
    format!("documentation at {origin}{path}{why}")
}

/// Returns the findings about what is served otherwise than the document specifies.
fn deviations(mock: &Mock) -> Vec<Diagnostic> {
    let found = mock.diagnostics().iter();
    let found = found.filter(|found| REPORTED_RULES.contains(&found.code));
    found.cloned().collect()
}

/// Prints what is served, and a command to try it.
async fn introduce(shown: &str, mock: &Mock, origin: &str, is_proxy: bool) -> String {
    let routes = mock.routes();
    let mut text = format!("serving {shown}: {}\n", plural(routes.len(), "operation"));
    let width = |of: fn(&Route) -> &str| {
        let widths = routes
            .iter()
            .take(MAX_LISTED)
            .map(|route| of(route).chars().count());
        widths.max().unwrap_or_default()
    };
    let (methods, paths) = (width(|route| &route.method), width(|route| &route.path));
    for route in routes.iter().take(MAX_LISTED) {
        let Route {
            method,
            path,
            operation,
            ..
        } = route;
        let (path, operation) = (visible(path), visible(operation));
        text.push_str(&format!("  {method:methods$} {path:paths$} {operation}\n"));
    }
    match routes.len().checked_sub(MAX_LISTED) {
        None | Some(0) => {}
        Some(more) => text.push_str(&format!("  and {more} more\n")),
    }
    if is_proxy {
        text.push_str(
            "passing requests on; the field `Report` of a response lists what is wrong\n",
        );
    } else if let Some(line) = working_line(mock, origin).await {
        text.push_str(&format!("try: {line}\n"));
    }
    text
}

/// Returns the first request with a successful response, as a shell command.
async fn working_line(mock: &Mock, origin: &str) -> Option<String> {
    for route in mock.routes().iter().take(MAX_LISTED) {
        let Some(sample) = mock.sample(route, false) else {
            continue;
        };
        let Some(request) = sample.request("", |_| None) else {
            continue;
        };
        let request = request.map(Body::from);
        let response = mock.server().call(request).await;
        let response = response.unwrap_or_else(|never| match never {});
        if response.status().is_success()
            && let Some(line) = sample.curl(origin)
        {
            return Some(line);
        }
    }
    None
}
