//! Runs the targets with their seeds, with changes of these, and with inputs that fuzzing found.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use workspace_fuzz::{TARGETS, Target, changed};

/// Changes of each seed; `FUZZ_CHANGES` sets another number.
fn changes() -> u64 {
    let number = std::env::var("FUZZ_CHANGES").ok();
    number.and_then(|number| number.parse().ok()).unwrap_or(3)
}

fn target(name: &str) -> &'static Target {
    let found = TARGETS.iter().find(|target| target.name == name);
    found.unwrap_or_else(|| panic!("no target {name}"))
}

/// Runs a target, and shows the bytes that it does not hold for.
fn run(target: &Target, bytes: &[u8]) {
    let ended = catch_unwind(AssertUnwindSafe(|| (target.run)(bytes)));
    assert!(ended.is_ok(), "{}: {}", target.name, bytes.escape_ascii());
}

fn holds(name: &str) {
    let target = target(name);
    let seeds = (target.seeds)();
    assert!(seeds.len() > 2, "{name}");
    for (index, seed) in seeds.iter().enumerate() {
        run(target, seed);
        let other = &seeds[(index + 1) % seeds.len()];
        for number in 0..changes() {
            run(target, &changed(seed, other, number + 1_000 * index as u64));
        }
    }
    // Inputs that fuzzing found, for errors that are fixed.
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("found")
        .join(name);
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        run(target, &std::fs::read(&path).expect("a file"));
    }
}

macro_rules! targets {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                holds(stringify!($name));
            }
        )*

        #[test]
        fn every_target_has_a_test() {
            let names = TARGETS.map(|target| target.name);
            assert_eq!(names, [$(stringify!($name)),*]);
        }
    };
}

targets!(reader lint generate diff server client styles codecs patterns);
