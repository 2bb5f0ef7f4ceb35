use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use crontopus_api::{IncidentKind, RouteTest, RouteTestStep, RuleDocument};
use crontopus_client::Client;
use crontopus_manifest::format_duration;

use crate::app::App;
use crate::failure::{Failure, Kind, Outcome};
use crate::job_name::JobName;
use crate::output::{Table, plain};

/// Who is told about what; routes are defined in Git.
#[derive(Debug, Subcommand)]
pub(crate) enum Routes {
    /// List routes
    #[command(visible_alias = "ls")]
    List,
    /// Show the manifest of one
    Show {
        /// Name, or namespace/name
        route: String,
    },
    /// Show who would be told if something happened to a job now, and when
    Test(Test),
}

#[derive(Debug, Args)]
pub(crate) struct Test {
    /// The job
    job: JobName,
    /// What happens to it
    #[arg(long, value_enum, default_value = "failed")]
    kind: Happens,
    /// How bad it is; the job's own severity when absent
    #[arg(long, value_parser = ["info", "warning", "critical"])]
    severity: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Happens {
    Failed,
    Late,
    Missed,
    TimedOut,
    TooShort,
    Stale,
    HostSilent,
}

pub(crate) fn run(command: Routes, app: &App) -> Outcome {
    let client = app.client()?;
    match command {
        Routes::List => {
            let routes = client.rules().routes().collect::<Result<Vec<_>, _>>()?;
            app.screen.list(&routes, "There are no routes; see `crontopus channels list`.", |routes| {
                table(routes, app)
            })
        }
        Routes::Show { route } => {
            let found = find(&client, &route)?;
            app.screen.show(&found, || found.manifest.clone())
        }
        Routes::Test(args) => {
            let kind = match args.kind {
                Happens::Failed => IncidentKind::Failed,
                Happens::Late => IncidentKind::Late,
                Happens::Missed => IncidentKind::Missed,
                Happens::TimedOut => IncidentKind::TimedOut,
                Happens::TooShort => IncidentKind::TooShort,
                Happens::Stale => IncidentKind::Stale,
                Happens::HostSilent => IncidentKind::HostSilent,
            };
            let test = client.rules().test(&args.job.to_string(), Some(kind), args.severity.as_deref())?;
            app.screen.show(&test, || told(&test, app))
        }
    }
}

fn find(client: &Client, route: &str) -> Outcome<RuleDocument> {
    for known in client.rules().routes() {
        let known = known?;
        if known.name == route || format!("{}/{}", known.namespace, known.name) == route {
            return Ok(known);
        }
    }
    Err(Failure::of(Kind::NotFound, format!("there is no route `{}`", plain(route)))
        .hint("list them: crontopus routes list"))
}

fn table(routes: &[RuleDocument], app: &App) -> String {
    let mut table = Table::new(&app.screen, ["ROUTE", "STEPS", "REPEAT", "REPOSITORY", "FILE"]);
    for route in routes {
        let step = |step: &serde_json::Value| {
            let names = step["channels"].as_array().into_iter().flatten().filter_map(|name| name.as_str());
            let after = step["after"].as_str().map(|after| format!("{after}: ")).unwrap_or_default();
            format!("{after}{}", names.collect::<Vec<_>>().join("+"))
        };
        let steps: Vec<_> = route.spec["steps"].as_array().into_iter().flatten().map(step).collect();
        table.row([
            plain(&format!("{}/{}", route.namespace, route.name)),
            plain(&steps.join(", ")),
            plain(route.spec["repeatEvery"].as_str().unwrap_or("-")),
            plain(&route.repository),
            plain(&format!("{}:{}", route.file, route.line)),
        ]);
    }
    table.text()
}

fn told(test: &RouteTest, app: &App) -> String {
    let mut text = String::new();
    if let Some(until) = test.silent_until {
        let why = plain(test.silent_why.as_deref().unwrap_or_default());
        text += &format!("Nobody is told until {}: {why}. Then:\n\n", app.screen.moments.write(until));
    }
    if test.steps.is_empty() && test.not_severe_for.is_empty() {
        return format!("{text}Nobody is told: no route of this job tells `late` at once.\n");
    }
    if test.steps.is_empty() {
        let routes = plain(&test.not_severe_for.join(", "));
        return format!(
            "{text}Nobody is told: {} is not severe enough for {routes}.\n",
            plain(&test.severity)
        );
    }
    let mut table = Table::new(&app.screen, ["AFTER", "TOLD", "ROUTE", "REPEATED", "RECOVERY", "NOTE"]);
    for step in &test.steps {
        let note = match &step.missing[..] {
            [] => "-".to_owned(),
            missing => format!("no such channel, or disabled: {}", missing.join(", ")),
        };
        table.row([
            after(step.after_seconds),
            plain(&who(step)),
            plain(step.route.as_deref().unwrap_or("(default)")),
            step.repeat_seconds.map_or_else(|| "no".to_owned(), |s| format!("every {}", after(s))),
            if step.recovered { "told" } else { "not told" }.to_owned(),
            plain(&note),
        ]);
    }
    text + &table.text()
}

fn who(step: &RouteTestStep) -> String {
    let names = step.channels.iter().map(|channel| channel.name.clone());
    let owners = step.owners.then(|| "the owners, by mail".to_owned());
    names.chain(owners).collect::<Vec<_>>().join(", ")
}

fn after(seconds: u64) -> String {
    match seconds {
        0 => "at once".to_owned(),
        seconds => format_duration(Duration::from_secs(seconds)),
    }
}
