use std::path::PathBuf;

use clap::Args;
use crontopus_api::Job;

use crate::app::App;
use crate::failure::Outcome;
use crate::job_name::JobName;
use crate::output::{Facts, Table, plain, word};
use crate::{labels, local};

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// Which job: namespace/name
    job: JobName,
    /// As it was at this commit
    #[arg(long, conflicts_with = "dir")]
    commit: Option<String>,
    /// Only the manifest, in its canonical form
    #[arg(long)]
    manifest: bool,
    /// Read a clone in this folder instead of asking the server
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

pub(crate) fn run(args: &Show, app: &App) -> Outcome {
    let name = &args.job;
    if let Some(dir) = &args.dir {
        let clone = local::Clone::read(dir)?;
        clone.warn_of_errors(app);
        let job = clone.job(name)?;
        if args.manifest {
            return app.screen.write(&job.manifest);
        }
        return app.screen.show(&job, || {
            let mut facts = Facts::default();
            facts.add("Job", name.to_string()).add_some("Description", job.description.as_deref().map(plain));
            facts.add("Schedule", format!("{} ({})", plain(&job.schedule), job.schedule_text));
            facts.add_some("Time zone", job.timezone.as_deref());
            facts.add("Labels", labels::show(&job.labels)).add("Host", plain(&job.host));
            facts.add("File", plain(&format!("{}:{}", job.file, job.line))).add("Digest", &job.digest);
            format!("{}\n{}", facts.text(&app.screen), job.manifest)
        });
    }
    let jobs = app.client()?;
    let job = match &args.commit {
        Some(commit) => jobs.jobs().get_at(name.namespace(), name.name(), commit)?,
        None => jobs.jobs().get(name.namespace(), name.name())?,
    };
    if args.manifest {
        return app.screen.write(&job.manifest);
    }
    app.screen.show(&job, || text(&job, app))
}

fn text(job: &Job, app: &App) -> String {
    let (moments, paint) = (&app.screen.moments, app.screen.paint);
    let summary = &job.summary;
    let mut facts = Facts::default();
    facts.add("Job", plain(&format!("{}/{}", summary.namespace, summary.name)));
    facts.add_some("Description", summary.description.as_deref().map(plain));
    facts.add("Status", paint.status(&word(summary.status)));
    facts.add("Schedule", plain(&format!("{} ({})", summary.schedule, summary.schedule_text)));
    facts.add_some("Time zone", summary.timezone.as_deref().map(plain));
    facts.add("Labels", labels::show(&summary.labels));
    facts.add("Next", moments.maybe(summary.next_run_at)).add("Last", moments.maybe(summary.last_run_at));
    facts.add("File", plain(&format!("{}:{} at {}", job.file, job.line, short(&job.commit))));
    facts.add("Id", summary.id.to_string());
    let mut text = facts.text(&app.screen);
    for diagnostic in &job.diagnostics {
        let at = format!("{}:{}:{}", diagnostic.file, diagnostic.line, diagnostic.column);
        let severity = word(diagnostic.severity);
        text += &format!("\n{}: {} {}", paint.red(&severity), plain(&at), plain(&diagnostic.message));
        if let Some(help) = &diagnostic.help {
            text += &format!("\n  help: {}", plain(help));
        }
        text.push('\n');
    }
    if !job.placements.is_empty() {
        let mut table = Table::new(&app.screen, ["PLACE", "STATUS", "NEXT", "MONITOR"]);
        for place in &job.placements {
            table.row([
                place.host.as_deref().map_or_else(|| "- (ping)".into(), plain),
                paint.status(&word(place.status)),
                moments.maybe(place.next_run_at),
                place.monitor_id.to_string(),
            ]);
        }
        text += &format!("\n{}", table.text());
    }
    let manifest: Vec<_> = job.manifest.lines().map(plain).collect();
    text + &format!("\n{}\n", manifest.join("\n"))
}

/// A commit as people say it.
pub(super) fn short(commit: &str) -> String {
    plain(commit).chars().take(10).collect()
}
