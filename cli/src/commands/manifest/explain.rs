use clap::Args;
use crontopus_manifest::{explain, field_paths};
use serde::Serialize;

use crate::app::App;
use crate::failure::{Failure, Kind, Outcome};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  crontopus manifest explain spec.startWindow
  crontopus manifest explain Policy.spec.rules
  crontopus manifest explain --list")]
pub(crate) struct Explain {
    /// The field, like `spec.alerts.after`; a kind alone for the whole document
    #[arg(default_value = "Job")]
    path: String,
    /// List every field there is
    #[arg(long)]
    list: bool,
}

#[derive(Debug, Serialize)]
struct Explanation<'a> {
    path: &'a str,
    text: String,
}

pub(crate) fn run(args: &Explain, app: &App) -> Outcome {
    if args.list {
        let paths = field_paths();
        return app.screen.list(&paths, "", |paths| paths.join("\n") + "\n");
    }
    let path = &args.path;
    match explain(path) {
        Some(text) => app.screen.show(&Explanation { path, text: text.clone() }, || text),
        None => Err(unknown(path)),
    }
}

fn unknown(path: &str) -> Failure {
    let paths = field_paths();
    let known: Vec<&str> = paths.iter().map(String::as_str).collect();
    let full = format!("Job.{path}");
    let close = [path, &full]
        .into_iter()
        .find_map(|p| similar::get_close_matches(p, &known, 1, 0.7).into_iter().next());
    let failure = Failure::of(Kind::NotFound, format!("no manifest has a field `{path}`"));
    match close {
        Some(close) => failure.hint(format!("did you mean: crontopus manifest explain {close}")),
        None => failure.hint("list them: crontopus manifest explain --list"),
    }
}
