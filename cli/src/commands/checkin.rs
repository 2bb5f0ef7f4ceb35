use std::io::Read as _;

use clap::{Args, value_parser};
use crontopus_api::{CheckIn, CheckInKind, CheckInOutcome};
use crontopus_client::resources::Ping;
use crontopus_client::{BaseUrl, Credential};
use crontopus_manifest::parse_duration;

use crate::app::App;
use crate::failure::{Failure, Kind, Outcome};
use crate::job_name::JobName;
use crate::output::plain;

/// Report a run of a job.
///
/// A job (`namespace/name`) is reported with the API token; a check-in key, or its whole address, needs no sign-in.
/// Without an option it is a success.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  crontopus checkin production/backup --start --run-id 42
  crontopus checkin production/backup --exit $? --run-id 42 --output-stdin < backup.log
  crontopus checkin production/import --metric rows=1200 --metric skipped=3
  crontopus checkin https://cron.example/in/<KEY>")]
pub(crate) struct Checkin {
    /// A job, a monitor's id, a check-in key or its address
    #[arg(value_name = "JOB|KEY")]
    target: String,
    /// Take the argument as a check-in key, whatever it looks like
    #[arg(long)]
    key: bool,
    #[command(flatten)]
    signal: Signal,
    /// Ties the reports of one run together
    #[arg(long, value_name = "ID")]
    run_id: Option<String>,
    /// A line to keep with the run
    #[arg(short, long, value_name = "TEXT", conflicts_with = "output_stdin")]
    message: Option<String>,
    /// Keep what comes on standard input as the run's output
    #[arg(long)]
    output_stdin: bool,
    /// How long it took, like 90s
    #[arg(long, value_name = "DURATION")]
    duration: Option<String>,
    /// Host it ran on
    #[arg(long)]
    host: Option<String>,
    /// A number to keep with the run; may be repeated
    #[arg(long = "metric", value_name = "NAME=NUMBER", value_parser = metric)]
    metrics: Vec<(String, f64)>,
}

#[derive(Debug, Args)]
#[group(multiple = false)]
struct Signal {
    /// The run starts
    #[arg(long)]
    start: bool,
    /// The run ended well
    #[arg(long)]
    success: bool,
    /// The run ended badly
    #[arg(long)]
    fail: bool,
    /// The run ended with this exit status
    #[arg(long, value_name = "STATUS", value_parser = value_parser!(u8))]
    exit: Option<u8>,
    /// The run did not take place, on purpose
    #[arg(long)]
    skipped: bool,
    /// The run goes on
    #[arg(long)]
    heartbeat: bool,
    /// Only keep the message or output
    #[arg(long)]
    log: bool,
}

/// At most so much of standard input is sent; the server keeps less.
const OUTPUT_LIMIT: u64 = 10 << 20;

enum Target {
    Monitor(String),
    Key { url: Option<BaseUrl>, key: String },
}

pub(crate) fn run(args: &Checkin, app: &App) -> Outcome {
    let kind = match &args.signal {
        Signal { start: true, .. } => CheckInKind::Start,
        Signal { fail: true, .. } => CheckInKind::Fail,
        Signal { exit: Some(_), .. } => CheckInKind::End,
        Signal { skipped: true, .. } => CheckInKind::Skipped,
        Signal { heartbeat: true, .. } => CheckInKind::Heartbeat,
        Signal { log: true, .. } => CheckInKind::Log,
        _ => CheckInKind::Success,
    };
    let duration_ms = match &args.duration {
        Some(text) => {
            let duration = parse_duration(text)
                .map_err(|e| Failure::of(Kind::Usage, format!("--duration {text}: {e}")))?;
            Some(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX))
        }
        None => None,
    };
    let output = output(args)?;
    match target(&args.target, args.key)? {
        Target::Monitor(monitor) => {
            let check_in = CheckIn {
                monitor,
                kind,
                run_id: args.run_id.clone(),
                exit_status: args.signal.exit.map(i32::from),
                at: None,
                duration_ms,
                host: args.host.clone(),
                environment: None,
                output: output.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
                reason: None,
                attempts: Vec::new(),
                metrics: args.metrics.iter().cloned().collect(),
            };
            by_token(&check_in, app)
        }
        Target::Key { url, key } => {
            let ping = Ping {
                kind,
                exit_status: args.signal.exit,
                run_id: args.run_id.clone(),
                duration_ms,
                host: args.host.clone(),
                metrics: args.metrics.iter().cloned().collect(),
                output: output.unwrap_or_default(),
            };
            by_key(url, &key, &ping, app)
        }
    }
}

/// `name=number`.
fn metric(text: &str) -> Result<(String, f64), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=NUMBER, like rows=1200")?;
    if name.is_empty() {
        return Err("a metric has a name".to_owned());
    }
    let value: f64 = value.parse().map_err(|_| format!("`{value}` is no number"))?;
    if value.is_finite() { Ok((name.to_owned(), value)) } else { Err("it has to be finite".to_owned()) }
}

fn target(text: &str, is_key: bool) -> Outcome<Target> {
    if let Some((server, key)) = text.split_once("/in/")
        && server.contains("://")
    {
        let url = server.parse().map_err(|e| Failure::of(Kind::Usage, format!("{e}")))?;
        return Ok(Target::Key { url: Some(url), key: key.trim_end_matches('/').to_owned() });
    }
    if is_key {
        return Ok(Target::Key { url: None, key: text.to_owned() });
    }
    let secret = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if text.parse::<crontopus_ids::MonitorId>().is_ok() {
        return Ok(Target::Monitor(text.to_owned()));
    }
    // Keys have 22 characters or more and, being random, hardly ever the shape of a name.
    if text.len() >= 22 && text.chars().all(secret) && text.parse::<JobName>().is_err() {
        return Ok(Target::Key { url: None, key: text.to_owned() });
    }
    let job: JobName = text.parse().map_err(|e| {
        Failure::of(Kind::Usage, format!("`{}` is neither a job nor a key: {e}", plain(text)))
    })?;
    Ok(Target::Monitor(job.to_string()))
}

fn output(args: &Checkin) -> Outcome<Option<Vec<u8>>> {
    if !args.output_stdin {
        return Ok(args.message.clone().map(String::into_bytes));
    }
    let mut bytes = Vec::new();
    std::io::stdin()
        .take(OUTPUT_LIMIT)
        .read_to_end(&mut bytes)
        .map_err(|e| Failure::new("standard input cannot be read").because(&e))?;
    Ok(Some(bytes))
}

fn by_token(check_in: &CheckIn, app: &App) -> Outcome {
    let result = app.client()?.check_ins().create(std::slice::from_ref(check_in))?;
    let Some(outcome) = result.items.first() else {
        return Err(Failure::new("the server answered without an outcome"));
    };
    conclude(outcome, &check_in.monitor, app)
}

fn conclude(outcome: &CheckInOutcome, target: &str, app: &App) -> Outcome {
    if outcome.accepted {
        return app
            .screen
            .show(outcome, || outcome.run_id.map_or_else(|| "Accepted.\n".into(), |id| format!("{id}\n")));
    }
    let reason = outcome.reason.as_deref().map_or_else(|| "no reason given".into(), plain);
    let kind = if reason == "unknown_monitor" { Kind::NotFound } else { Kind::Failed };
    Err(Failure::of(kind, format!("the check-in of {target} was not taken: {reason}"))
        .hint("see which there are: crontopus monitors list"))
}

fn by_key(url: Option<BaseUrl>, key: &str, ping: &Ping, app: &App) -> Outcome {
    let url = match url.or_else(|| app.globals.url.clone()) {
        Some(url) => url,
        None => app.saved()?.map(|(_, saved)| saved.url).ok_or_else(|| {
            Failure::of(Kind::Usage, "which server?").hint("give the key's whole address, or --url")
        })?,
    };
    let outcome = app.connect(url, Credential::None)?.check_ins().ping(key, ping)?;
    conclude(&outcome, "this key", app)
}
