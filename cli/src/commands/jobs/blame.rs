use clap::Args;

use crate::app::App;
use crate::failure::Outcome;
use crate::job_name::JobName;
use crate::output::{Table, plain};

#[derive(Debug, Args)]
pub(crate) struct Blame {
    /// Which job: namespace/name
    job: JobName,
    /// As it stood at this commit; in force when absent
    #[arg(long)]
    commit: Option<String>,
}

pub(crate) fn run(args: &Blame, app: &App) -> Outcome {
    let name = &args.job;
    let blame = app.client()?.jobs().blame(name.namespace(), name.name(), args.commit.as_deref())?;
    app.screen.show(&blame, || {
        let mut table = Table::new(&app.screen, ["COMMIT", "AUTHOR", "WHEN", "LINE", "TEXT"]);
        for (line, n) in blame.lines.iter().zip(blame.line..) {
            let by = usize::try_from(line.commit).ok().and_then(|at| blame.commits.get(at));
            table.row([
                by.map_or_else(|| "-".into(), |by| super::show::short(&by.commit)),
                by.map_or_else(|| "-".into(), |by| plain(by.author.split(" <").next().unwrap_or_default())),
                by.map_or_else(|| "-".into(), |by| app.screen.moments.write(by.authored_at)),
                n.to_string(),
                plain(&line.text),
            ]);
        }
        table.text()
    })
}
