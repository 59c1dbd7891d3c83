//! Runs the target that the variable `FUZZ_TARGET` names under libFuzzer; with `FUZZ_SEEDS`, writes its seeds into that folder
//! before.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use workspace_fuzz::{TARGETS, Target};

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("FUZZ_TARGET").expect("FUZZ_TARGET names a target");
    let found = TARGETS.into_iter().find(|target| target.name == name);
    found.unwrap_or_else(|| panic!("there is no target {name}"))
});

fuzz_target!(
    init: {
        if let Some(folder) = std::env::var_os("FUZZ_SEEDS") {
            for (index, seed) in (TARGET.seeds)().iter().enumerate() {
                let place = std::path::Path::new(&folder).join(format!("seed-{index}"));
                std::fs::write(place, seed).expect("seeds can be written");
            }
        }
    },
    |data: &[u8]| (TARGET.run)(data)
);
