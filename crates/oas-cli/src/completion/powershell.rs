//! Generates completion scripts for PowerShell: of commands and flags, and of the values that flags and arguments have.

use std::fmt::Write as _;
use std::io::{self, Write};

use clap::{Arg, Command};
use clap_complete::Generator;

/// The beginning of a script, with `PROGRAM` for the name of the program.
const HEAD: &str = r#"using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'PROGRAM' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $elements = $commandAst.CommandElements
    $command = @(
        'PROGRAM'
        for ($i = 1; $i -lt $elements.Count; $i++) {
            $element = $elements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
            }
            $element.Value
        }
    ) -join ';'

    # The flag whose value is completed: the word before, or the one before the equals sign.
    $before = @($elements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition })
    $flag = if ($before.Count -gt 0) { $before[-1].Extent.Text } else { '' }
    $typed, $start = $wordToComplete, ''
    if ($wordToComplete -match '^(--[^=]+)=(.*)$') {
        $flag, $typed, $start = $Matches[1], $Matches[2], "$($Matches[1])="
    }

    $values = @(switch -CaseSensitive ("$command $flag") {
"#;

/// The middle, between the values of flags and the words of commands.
const MIDDLE: &str = r#"    })
    if ($values.Count -gt 0) {
        return $values.Where{ $_.StartsWith($typed, 'OrdinalIgnoreCase') } | ForEach-Object {
            $quoted = if ($_ -match '[^\w.:/+-]') { "'$($_.Replace("'", "''"))'" } else { $_ }
            [CompletionResult]::new("$start$quoted", $_, [CompletionResultType]::ParameterValue, $_)
        }
    }

    $completions = @(switch -CaseSensitive ($command) {
"#;

/// The end.
const TAIL: &str = r#"    })
    $completions.Where{ $_.ListItemText.StartsWith($wordToComplete, 'OrdinalIgnoreCase') } |
        Sort-Object -Property ListItemText
}
"#;

/// The generator of the scripts. Unlike clap's own, it completes values.
pub(super) struct PowerShell;

impl Generator for PowerShell {
    fn file_name(&self, name: &str) -> String {
        format!("_{name}.ps1")
    }

    fn generate(&self, grammar: &Command, out: &mut dyn Write) {
        // A caller that can fail uses the other method.
        let _ = self.try_generate(grammar, out);
    }

    fn try_generate(&self, grammar: &Command, out: &mut dyn Write) -> io::Result<()> {
        let program = grammar.get_bin_name().unwrap_or_else(|| grammar.get_name());
        let mut script = Script::default();
        script.command(grammar, program);
        let head = HEAD.replace("PROGRAM", &escaped(program));
        let Script { values, words } = script;
        write!(out, "{head}{values}{MIDDLE}{words}{TAIL}")
    }
}

/// The cases of the two `switch` statements.
#[derive(Default)]
struct Script {
    values: String,
    words: String,
}

impl Script {
    /// Adds a command and those below it. `path` is its words with semicolons between them.
    fn command(&mut self, command: &Command, path: &str) {
        let mut words = String::new();
        let mut add = |text: &str, kind: &str, tip: &str| {
            let (text, tip) = (escaped(text), escaped(tip));
            let _ = writeln!(
                words,
                "            [CompletionResult]::new('{text}', '{text}', [CompletionResultType]::{kind}, '{tip}')"
            );
        };
        for arg in command.get_arguments().filter(|arg| !arg.is_hide_set()) {
            let names = names(arg);
            let values = values(arg);
            for name in &names {
                add(name, "ParameterName", &tip(arg.get_help(), name));
            }
            if names.is_empty() {
                for value in &values {
                    add(value, "ParameterValue", value);
                }
            } else if !values.is_empty() {
                let values = values.iter().map(|value| format!("'{}'", escaped(value)));
                let values: Vec<String> = values.collect();
                for name in &names {
                    let case = escaped(&format!("{path} {name}"));
                    let values = values.join(", ");
                    let _ = writeln!(self.values, "        '{case}' {{ {values}; break }}");
                }
            }
        }
        let visible = |command: &&Command| !command.is_hide_set();
        for inner in command.get_subcommands().filter(visible) {
            let name = inner.get_name();
            add(name, "ParameterValue", &tip(inner.get_about(), name));
        }
        let path_text = escaped(path);
        let _ = writeln!(
            self.words,
            "        '{path_text}' {{\n{words}            break\n        }}"
        );
        // Hidden commands are completed once they are typed.
        for inner in command.get_subcommands() {
            self.command(inner, &format!("{path};{}", inner.get_name()));
        }
    }
}

/// Returns the spellings of a flag; none for an argument without one.
fn names(arg: &Arg) -> Vec<String> {
    let long = arg.get_long().map(|name| format!("--{name}"));
    let short = arg.get_short().map(|name| format!("-{name}"));
    long.into_iter().chain(short).collect()
}

/// Returns the values that are known of an argument.
fn values(arg: &Arg) -> Vec<String> {
    if !arg.get_action().takes_values() {
        return Vec::new();
    }
    let values = arg.get_possible_values();
    let values = values.iter().filter(|value| !value.is_hide_set());
    values.map(|value| value.get_name().to_owned()).collect()
}

/// Returns the tooltip of a word: its help on one line, or the word itself, for PowerShell rejects an empty one.
fn tip(help: Option<&clap::builder::StyledStr>, word: &str) -> String {
    let help = help.map(ToString::to_string).unwrap_or_default();
    match help.trim().replace('\n', " ") {
        help if help.is_empty() => word.to_owned(),
        help => help,
    }
}

/// Escapes text between single quotes. PowerShell takes typographic quotes for them, too.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}') {
            out.push(c);
        }
        out.push(c);
    }
    out
}
