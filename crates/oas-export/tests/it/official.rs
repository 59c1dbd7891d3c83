//! Validates exports by the official schemas of documents.

use std::{fs, path::PathBuf};

use oas_document::{Document, Version};

use crate::{corpus, documents, exported};

/// Returns the official schema of documents of a version, with `format` as an assertion or not.
fn official(version: Version, formats: bool) -> Option<jsonschema::Validator> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/standard");
    let folder = std::env::var_os("OAS_STANDARD");
    let folder = folder.map_or_else(|| PathBuf::from(beside), PathBuf::from);
    let path = folder.join(format!("schema-{version}.json"));
    let Ok(text) = fs::read_to_string(&path) else {
        println!("skipped: {} is not there", path.display());
        return None;
    };
    let schema = serde_json::from_str(&text).expect("the schema is JSON");
    let options = jsonschema::options().should_validate_formats(formats);
    Some(options.build(&schema).expect("the schema is valid"))
}

#[test]
fn the_official_schemas_accept_what_is_exported() {
    accept(documents(), true);
}

#[test]
fn the_official_schemas_accept_what_is_exported_of_others() {
    // An export copies texts that are not of their formats.
    accept(corpus(300_000), false);
}

#[track_caller]
fn accept(documents: Vec<(String, Document)>, formats: bool) {
    let schemas = Version::ALL.map(|version| (version, official(version, formats)));
    let (mut rejected, mut exports) = (Vec::new(), 0);
    for (name, document) in documents {
        let own = schemas
            .iter()
            .find(|(version, _)| *version == document.version());
        let Some((_, Some(own))) = own else { return };
        if !own.is_valid(&document.root().to_json()) {
            continue; // Documents for tests are not all valid.
        }
        for (version, official) in &schemas {
            let Some(official) = official else { return };
            let (head, _) = exported(&document, *version);
            exports += 1;
            if let Some(error) = official.iter_errors(&head.root().to_json()).next() {
                rejected.push(format!(
                    "{name} to {version}: {} {error}",
                    error.instance_path()
                ));
            }
        }
    }
    println!("{exports} exports");
    assert!(rejected.is_empty(), "{}", rejected.join("\n"));
}
