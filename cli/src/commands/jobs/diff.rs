use std::path::PathBuf;

use clap::Args;

use crate::app::App;
use crate::failure::Outcome;
use crate::job_name::JobName;
use crate::local_history::History;

#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// Which job: namespace/name
    job: JobName,
    /// Commit to compare from; the one before the last change when absent
    #[arg(long)]
    from: Option<String>,
    /// Commit to compare to; the one in force when absent
    #[arg(long)]
    to: Option<String>,
    /// Read a clone in this folder instead of asking the server
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

pub(crate) fn run(args: &Diff, app: &App) -> Outcome {
    let name = &args.job;
    let (from, to) = (args.from.as_deref(), args.to.as_deref());
    let diff = match &args.dir {
        Some(dir) => History::open(dir, name)?.diff(from, to)?,
        None => app.client()?.jobs().diff(name.namespace(), name.name(), from, to)?,
    };
    app.screen.show(&diff, || {
        if diff.diff.is_empty() {
            app.screen.note("Nothing changed.");
        }
        app.screen.paint.diff(&diff.diff)
    })
}
