use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::app::App;
use crate::args::Cli;
use crate::failure::Outcome;

/// Write the completion script of a shell.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  crontopus completions bash > /etc/bash_completion.d/crontopus
  crontopus completions zsh > \"${fpath[1]}/_crontopus\"
  crontopus completions fish > ~/.config/fish/completions/crontopus.fish")]
pub(crate) struct Completions {
    /// Which shell
    shell: Shell,
}

pub(crate) fn run(args: &Completions, app: &App) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "crontopus", &mut script);
    app.screen.write(script)
}
