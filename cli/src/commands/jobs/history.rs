use std::path::PathBuf;

use clap::Args;
use crontopus_api::{DurationSide, RevisionDurations};

use crate::app::App;
use crate::failure::Outcome;
use crate::job_name::JobName;
use crate::local_history;
use crate::output::{Table, duration_ms, plain};

#[derive(Debug, Args)]
pub(crate) struct History {
    /// Which job: namespace/name
    job: JobName,
    /// At most so many
    #[arg(short = 'n', long, default_value_t = 20)]
    limit: usize,
    /// Read a clone in this folder instead of asking the server
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

pub(crate) fn run(args: &History, app: &App) -> Outcome {
    let name = &args.job;
    let history = match &args.dir {
        Some(dir) => local_history::History::open(dir, name)?.revisions(args.limit)?,
        None => app.client()?.jobs().list_history(name.namespace(), name.name()).first(args.limit)?,
    };
    app.screen.list(&history, "No commit changed this job.", |history| {
        let mut table =
            Table::new(&app.screen, ["COMMIT", "WHEN", "AUTHOR", "MANIFEST", "RUNS TAKE", "MESSAGE"]);
        for revision in history {
            let digest = revision.digest.as_deref().map(|d| d.chars().take(12).collect::<String>());
            table.row([
                super::show::short(&revision.commit),
                app.screen.moments.write(revision.authored_at),
                plain(&revision.author),
                digest.map_or_else(|| "removed or broken".into(), |d| plain(&d)),
                revision.durations.as_ref().map_or_else(|| "-".into(), durations),
                plain(&revision.summary),
            ]);
        }
        table.text()
    })
}

/// `4m02s → 8m30s (2.1×)`; a clone knows of no runs.
fn durations(of: &RevisionDurations) -> String {
    let side = |side: &Option<DurationSide>| side.as_ref().map_or("-".into(), |s| duration_ms(s.p50_ms));
    match (of, of.factor) {
        (RevisionDurations { before: None, after: None, .. }, _) => "-".into(),
        (_, Some(factor)) => format!("{} → {} ({factor:.1}×)", side(&of.before), side(&of.after)),
        (_, None) => format!("{} → {}", side(&of.before), side(&of.after)),
    }
}
