//! Subcommands that every command line has: completion scripts and manual pages.

mod powershell;

use std::path::Path;

use clap::{Arg, ArgMatches, Command, ValueHint, value_parser};
use clap_complete::{Shell, generate};

use crate::exit::CommandError;
use crate::io::{Io, unwritable};
use crate::language::Language;
use crate::output::print_bytes;

/// The names of the subcommands.
pub(crate) const COMPLETION: &str = "completion";
pub(crate) const MAN: &str = "man";

/// Returns the subcommands `completion SHELL` and `man DIR`, which [`run_tool`] runs.
///
/// ```
/// use clap::{Arg, Command};
/// use oas_cli::{Io, Language, run_tool, tools};
///
/// let colors = Arg::new("color").long("color").value_parser(["red", "blue"]);
/// let grammar = Command::new("paint").arg(colors).subcommands(tools(&Language::default()));
/// let matches = grammar.clone().get_matches_from(["paint", "completion", "powershell"]);
/// let (mut io, written) = Io::captured("");
/// let done = run_tool(&matches, grammar, &mut io).expect("it is one of them");
/// assert!(done.is_ok() && written.out().contains("'red', 'blue'"));
/// ```
#[must_use]
pub fn tools(language: &Language) -> [Command; 2] {
    let t = |english, chinese| language.text(english, chinese);
    [
        Command::new(COMPLETION)
            .about(t(
                "Prints a script that completes commands in a shell",
                "打印 shell 的补全脚本",
            ))
            .arg(
                Arg::new("shell")
                    .required(true)
                    .value_parser(value_parser!(Shell)),
            ),
        Command::new(MAN)
            .about(t(
                "Writes manual pages, one for each command",
                "写出手册页，每个命令一页",
            ))
            .arg(
                Arg::new("dir")
                    .required(true)
                    .value_name("DIR")
                    .value_hint(ValueHint::DirPath),
            ),
    ]
}

/// Runs the subcommand of [`tools`] that `matches` selects; returns `None` if it selects another one. `grammar` is the grammar of
/// the whole program.
///
/// # Errors
///
/// The result is a failure if the script or the pages cannot be written.
pub fn run_tool(
    matches: &ArgMatches,
    grammar: Command,
    io: &mut Io,
) -> Option<Result<(), CommandError>> {
    match matches.subcommand()? {
        (COMPLETION, matches) => Some(completion(matches, grammar, io)),
        (MAN, matches) => Some(manual(matches, grammar)),
        _ => None,
    }
}

fn completion(matches: &ArgMatches, mut grammar: Command, io: &mut Io) -> Result<(), CommandError> {
    let Some(shell) = matches.get_one::<Shell>("shell") else {
        return Ok(());
    };
    let program = grammar.get_name().to_owned();
    let mut script = Vec::new();
    match shell {
        // That of clap does not complete values.
        Shell::PowerShell => generate(powershell::PowerShell, &mut grammar, program, &mut script),
        shell => generate(*shell, &mut grammar, program, &mut script),
    }
    print_bytes(io, &script)
}

fn manual(matches: &ArgMatches, mut grammar: Command) -> Result<(), CommandError> {
    grammar.build();
    let grammar = with_synopsis(grammar);
    let folder = matches
        .get_one::<String>("dir")
        .map(Path::new)
        .unwrap_or(Path::new("."));
    let written =
        std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(grammar, folder));
    written.map_err(|error| unwritable(folder.display(), &error))
}

/// Sets the synopsis of manual pages to the line of usage in help. That of clap_mangen has all flags, without values and in the
/// order of their numbers.
fn with_synopsis(mut grammar: Command) -> Command {
    let usage = grammar.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim().to_owned();
    grammar.override_usage(usage).mut_subcommands(with_synopsis)
}
