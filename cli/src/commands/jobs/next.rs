use std::path::PathBuf;

use clap::Args;
use crontopus_api::NextRuns;
use crontopus_client::resources::NextRunsQuery;
use jiff::Timestamp;

use crate::app::App;
use crate::failure::Outcome;
use crate::job_name::JobName;
use crate::local;
use crate::output::{Table, plain};

#[derive(Debug, Args)]
pub(crate) struct Next {
    /// Which job: namespace/name
    job: JobName,
    /// How many starts
    #[arg(short = 'n', long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=100))]
    count: u32,
    /// After this instant, like 2026-12-01T00:00:00Z; now when absent
    #[arg(long)]
    after: Option<Timestamp>,
    /// Read a clone in this folder instead of asking the server
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// With --dir: time zone of the host, for jobs that give none; this machine's when absent
    #[arg(long, requires = "dir", value_name = "ZONE")]
    host_timezone: Option<String>,
}

pub(crate) fn run(args: &Next, app: &App) -> Outcome {
    let name = &args.job;
    let next = match &args.dir {
        Some(dir) => {
            let clone = local::Clone::read(dir)?;
            clone.warn_of_errors(app);
            let after = args.after.unwrap_or_else(|| app.now());
            clone.next_runs(name, after, args.count, args.host_timezone.as_deref())?
        }
        None => {
            let query = NextRunsQuery { count: Some(args.count), after: args.after };
            app.client()?.jobs().next_runs(name.namespace(), name.name(), &query)?
        }
    };
    app.screen.show(&next, || text(&next, app))
}

fn text(next: &NextRuns, app: &App) -> String {
    if next.items.is_empty() {
        return "No start is expected.\n".into();
    }
    let mut table = Table::new(&app.screen, ["START", "LOCAL TIME", "TIME ZONE", "PLACE", "RULES OF"]);
    for run in &next.items {
        table.row([
            app.screen.moments.write(run.at),
            plain(&run.local),
            plain(&run.timezone),
            run.host.as_deref().map_or_else(|| "-".into(), plain),
            plain(&run.profile),
        ]);
    }
    table.text()
}
