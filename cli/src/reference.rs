//! The reference of all commands, made from the same words as their help.

use clap::{Command, CommandFactory as _};

use crate::args::Cli;

/// `docs/cli.md`.
pub(crate) fn markdown() -> String {
    let mut root = Cli::command().term_width(100).disable_help_subcommand(true);
    root.build();
    let mut out = String::from(
        "# The command line\n\nEvery command with its help, as `crontopus help <command>` shows it. This file is \
         written by `crontopus reference` and held against it by a test.\n",
    );
    section(&mut root, "crontopus", &mut out);
    out
}

fn section(command: &mut Command, path: &str, out: &mut String) {
    let help = command.clone().render_long_help().to_string();
    let help: Vec<&str> = help.trim_end().lines().map(str::trim_end).collect();
    // The global options stand once, at the top.
    let help = if path == "crontopus" { help } else { without_globals(&help) };
    out.push_str(&format!("\n## {path}\n\n```text\n{}\n```\n", help.join("\n").trim_end()));
    for child in command.get_subcommands_mut() {
        if !child.is_hide_set() && child.get_name() != "help" {
            let path = format!("{path} {}", child.get_name());
            section(child, &path, out);
        }
    }
}

fn without_globals<'a>(help: &[&'a str]) -> Vec<&'a str> {
    let mut kept = Vec::new();
    let mut inside = false;
    for line in help {
        match *line {
            "Global options:" => inside = true,
            // The next heading, or the examples.
            line if inside && !line.is_empty() && !line.starts_with(' ') => inside = false,
            _ => {}
        }
        if !inside {
            kept.push(*line);
        }
    }
    kept
}
