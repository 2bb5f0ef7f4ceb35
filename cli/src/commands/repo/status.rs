use clap::Args;
use crontopus_api::{Commit, Diagnostic, Repository};
use serde::Serialize;

use super::{resolve, short};
use crate::app::App;
use crate::failure::Outcome;
use crate::output::{Facts, Table, plain, word};

#[derive(Debug, Args)]
pub(crate) struct Status {
    /// Which; may be left out when there is only one
    name: Option<String>,
}

#[derive(Debug, Serialize)]
struct Report {
    repository: Repository,
    diagnostics: Vec<Diagnostic>,
    commits: Vec<Commit>,
}

pub(crate) fn run(args: &Status, app: &App) -> Outcome {
    let client = app.client()?;
    let repository = resolve(&client, args.name.as_deref())?;
    let diagnostics = client.repositories().list_diagnostics(&repository.name).first(200)?;
    let commits = client.repositories().list_commits(&repository.name).first(5)?;
    let report = Report { repository, diagnostics, commits };
    app.screen.show(&report, || text(&report, &client.base_url().join(""), app))
}

fn text(report: &Report, server: &str, app: &App) -> String {
    let Report { repository, diagnostics, commits } = report;
    let (moments, paint) = (&app.screen.moments, app.screen.paint);
    let mut facts = Facts::default();
    facts.add("Repository", plain(&repository.name)).add("State", paint.status(&word(repository.state)));
    facts.add_some("Problem", repository.error.as_deref().map(|e| paint.red(&plain(e))));
    facts.add_some("Remote", repository.remote_url.as_deref().map(plain));
    facts.add("Clone from", plain(&format!("{server}{}", repository.git_path)));
    facts.add("Branch", plain(&repository.branch));
    facts.add("Commit", repository.commit.as_deref().map_or_else(|| "-".into(), short));
    facts.add("Synced", moments.maybe(repository.synced_at));
    facts.add("Jobs", repository.jobs.to_string()).add("Errors", repository.errors.to_string());
    let mut text = facts.text(&app.screen);
    for diagnostic in diagnostics {
        let place = format!("{}:{}:{}", diagnostic.file, diagnostic.line, diagnostic.column);
        let severity = word(diagnostic.severity);
        let alarm = paint.red(&format!("{severity}[{}]", plain(&diagnostic.code)));
        text += &format!("\n{alarm}: {}\n  --> {}\n", plain(&diagnostic.message), plain(&place));
        if let Some(help) = &diagnostic.help {
            text += &format!("  help: {}\n", plain(help));
        }
    }
    if !commits.is_empty() {
        let mut table = Table::new(&app.screen, ["COMMIT", "WHEN", "HOSTS", "AUTHOR", "MESSAGE"]);
        for commit in commits {
            let hosts = match (commit.applied_agents, commit.agents) {
                (Some(applied), Some(all)) => format!("{applied} of {all}"),
                _ => "-".into(),
            };
            let when = moments.write(commit.authored_at);
            table.row([short(&commit.id), when, hosts, plain(&commit.author), plain(&commit.summary)]);
        }
        text += &format!("\n{}", table.text());
    }
    text
}
