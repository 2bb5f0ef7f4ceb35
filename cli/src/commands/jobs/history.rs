use std::path::PathBuf;

use clap::Args;

use crate::app::App;
use crate::failure::Outcome;
use crate::job_name::JobName;
use crate::local_history;
use crate::output::{Table, plain};

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
        let mut table = Table::new(&app.screen, ["COMMIT", "WHEN", "AUTHOR", "MANIFEST", "MESSAGE"]);
        for revision in history {
            let digest = revision.digest.as_deref().map(|d| d.chars().take(12).collect::<String>());
            table.row([
                super::show::short(&revision.commit),
                app.screen.moments.write(revision.authored_at),
                plain(&revision.author),
                digest.map_or_else(|| "removed or broken".into(), |d| plain(&d)),
                plain(&revision.summary),
            ]);
        }
        table.text()
    })
}
