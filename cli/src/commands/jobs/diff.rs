use clap::Args;

use crate::app::App;
use crate::failure::Outcome;
use crate::job_name::JobName;

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
}

pub(crate) fn run(args: &Diff, app: &App) -> Outcome {
    let name = &args.job;
    let jobs = app.client()?;
    let diff = jobs.jobs().diff(name.namespace(), name.name(), args.from.as_deref(), args.to.as_deref())?;
    app.screen.show(&diff, || {
        if diff.diff.is_empty() {
            app.screen.note("Nothing changed.");
        }
        app.screen.paint.diff(&diff.diff)
    })
}
