//! Snapshots the generated items, one for each snapshot.
//!
//! A renamed field changes exactly the snapshots that contain it, and `cargo insta review` displays the change from the
//! view of the crates' users.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use workspace_tests::{root, slices, xtask};

const TYPES: &str = "crates/zstack-types/src/schemas.rs";
const PROTOCOL: &str = "crates/zstack-node-protocol-types/src/schemas.rs";
const BUILDER: &str = "crates/zstack-client/src/builder.rs";
const CLIENT: &str = "crates/zstack-client/src/client.rs";
const API: &str = "crates/zstack-server/src/api.rs";
const SERVICE: &str = "crates/zstack-server/src/service.rs";
const CHECKS: &str = "crates/zstack-server/src/schema.rs";

/// One test and one snapshot for each slice, so that everything that changed is shown at once.
macro_rules! slices {
    ($($name:ident => $file:ident, $item:literal;)*) => {
        /// Snapshot, file, item.
        const SLICES: &[(&str, &str, &str)] = &[$((stringify!($name), $file, $item)),*];

        $(
            #[test]
            fn $name() {
                let text = slices::slice(&root().join($file), $item);
                let description = format!("{} in {}", $item, $file);
                insta::with_settings!({omit_expression => true, description => description}, {
                    insta::assert_snapshot!(stringify!($name), text);
                });
            }
        )*
    };
}

slices! {
    request => TYPES, "struct RecoverImageRequest";
    request_new => TYPES, "fn RecoverImageRequest::new";
    params => TYPES, "struct RecoverImageParams";
    response => TYPES, "struct RecoverImageResponse";
    response_new => TYPES, "fn RecoverImageResponse::new";
    error_envelope => TYPES, "struct ErrorEnvelope";
    error_code => TYPES, "struct ErrorCode";
    error_code_new => TYPES, "fn ErrorCode::new";
    error_code_cause => TYPES, "fn ErrorCode::cause";
    error_code_display => TYPES, "impl Display for ErrorCode";
    error_code_error => TYPES, "impl Error for ErrorCode";
    inventory => TYPES, "struct ImageInventory";
    inventory_new => TYPES, "fn ImageInventory::new";
    inventory_type => TYPES, "fn ImageInventory::r#type";
    storage_ref => TYPES, "struct ImageBackupStorageRef";
    storage_ref_new => TYPES, "fn ImageBackupStorageRef::new";
    secret => PROTOCOL, "struct LogInByAccountParams";
    secret_debug => PROTOCOL, "impl Debug for LogInByAccountParams";
    client_session => CLIENT, "fn Client::with_session";
    client_call => CLIENT, "fn Client::recover_image";
    client_operation => BUILDER, "static RECOVER_IMAGE";
    client_new => BUILDER, "fn RecoverImage::new";
    client_send => BUILDER, "fn RecoverImage::send";
    server_trait => API, "trait ImageRelatedInterfaces";
    server_input => API, "struct RecoverImageInput";
    server_output => API, "enum RecoverImageOutput";
    server_operation => SERVICE, "static RECOVER_IMAGE";
    server_rejections => SERVICE, "static REJECTIONS";
    server_checks => CHECKS, "static RECOVER_IMAGE_REQUEST";
}

#[test]
fn every_generated_type_has_a_snapshot() {
    let mut missing = String::new();
    for (name, file) in [("TYPES", TYPES), ("API", API)] {
        for found in slices::types(&root().join(file)) {
            let pinned = SLICES
                .iter()
                .any(|(_, pinned, item)| *pinned == file && *item == found);
            if !pinned {
                missing.push_str(&format!("\n    {} => {name}, \"{found}\";", snake(&found)));
            }
        }
    }
    assert!(
        missing.is_empty(),
        "add these lines to the slices above:{missing}"
    );
}

/// Returns the name of a snapshot for an item: `query_image_request` for `struct QueryImageRequest`.
fn snake(item: &str) -> String {
    let name = item.rsplit(' ').next().unwrap_or(item);
    let mut out = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

#[test]
fn a_renamed_field_changes_the_slices_that_show_it_and_no_other() {
    let copy = xtask::copy();
    let spec = copy.path().join(workspace_tests::spec::FILE);
    let text = std::fs::read_to_string(&spec).unwrap();
    std::fs::write(&spec, text.replace("installPath", "installedAt")).unwrap();
    assert_eq!(xtask::run(copy.path(), ["generate"]).status, 0);

    let text_of = |root: &Path, file: &str, item: &str| slices::slice(&root.join(file), item);
    let changed: BTreeSet<&str> = SLICES
        .iter()
        .copied()
        .filter(|(_, file, item)| {
            text_of(root(), file, item) != text_of(&PathBuf::from(copy.path()), file, item)
        })
        .map(|(name, ..)| name)
        .collect();
    assert_eq!(changed, BTreeSet::from(["storage_ref", "storage_ref_new"]));
}
