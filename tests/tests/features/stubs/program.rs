//! Sends each request on standard input to the stub of its document, and prints the responses.
//!
//! A line is the JSON of the document's name with a request, and a line of output is the JSON of the response.

use std::io::Write as _;

use exchange::{Sample, send};

mod exchange;

/// Returns the stub of a document, which returns the examples of the document.
fn stub(document: &str) -> Option<oas_server::Server> {
    Some(match document {
        // STUBS
        _ => return None,
    })
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut stubs = std::collections::HashMap::new();
    for line in std::io::stdin().lines() {
        let (document, request): (String, Sample) = serde_json::from_str(&line?)?;
        let stub = match stubs.entry(document) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => {
                let stub = stub(entry.key()).ok_or("no such document")?;
                entry.insert(stub)
            }
        };
        let (response, _) = runtime.block_on(send(stub, &request));
        let mut out = std::io::stdout().lock();
        serde_json::to_writer(&mut out, &response)?;
        writeln!(out)?;
    }
    Ok(())
}
