//! Emits the builders of operations: progenitor's, converted to our runtime.

use std::thread;

use super::progenitor::{self, Alike};
use super::progenitor_adapter::adapt;
use crate::emit::rust_file::RustFile;
use crate::model::Api;
use crate::threads;

/// How many different builders progenitor makes at once: their tokens take a hundred times the memory of their text.
const CHUNK: usize = 64;

/// Emits the builders of all operations, in the order of [`Api::operations`].
///
/// Making them takes longer than everything else in a client, so that chunks of them are made on several threads. A builder
/// does not depend on its chunk.
pub(super) fn builders(api: &Api) -> Result<Vec<RustFile>, String> {
    let alike = progenitor::alike(api);
    let chunks: Vec<_> = alike.chunks(CHUNK).collect();
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let workers = workers.min(chunks.len());
    let emitted = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers)
            .map(|worker| {
                let chunks = chunks.iter().skip(worker).step_by(workers);
                let emitted = move || chunks.map(|chunk| chunk_of_builders(api, chunk)).collect();
                threads::spawn(scope, emitted)
            })
            .collect();
        let emitted = workers.into_iter().map(|worker| threads::join(worker?));
        emitted.collect::<Result<Vec<Vec<_>>, String>>()
    })?;
    let mut emitted: Vec<_> = emitted.into_iter().flatten().flatten().collect();
    emitted.sort_by_key(|(place, _)| *place);
    Ok(emitted.into_iter().map(|(_, builder)| builder).collect())
}

/// Emits some of the builders, with the places of their operations.
fn chunk_of_builders(api: &Api, alike: &[Alike<'_>]) -> Result<Vec<(usize, RustFile)>, String> {
    let mut emitted = Vec::new();
    for (operations, builder) in alike.iter().zip(progenitor::builders(api, alike)?) {
        for (place, operation) in operations {
            let builder = adapt(api, operation, builder.clone())?;
            emitted.push((*place, RustFile::from(builder)));
        }
    }
    Ok(emitted)
}
