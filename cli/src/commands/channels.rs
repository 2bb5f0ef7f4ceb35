use clap::{Args, Subcommand};
use crontopus_api::{Channel, ChannelKind, CreateChannel, UpdateChannel};
use crontopus_client::Client;
use serde_json::{Map, Value};

use crate::app::App;
use crate::failure::{Failure, Kind, Outcome};
use crate::output::{Facts, Table, plain, word};

/// Where notifications go.
#[derive(Debug, Subcommand)]
pub(crate) enum Channels {
    /// List channels, without their secrets
    #[command(visible_alias = "ls")]
    List,
    /// Show one
    Show {
        /// Name, or id `chn_…`
        channel: String,
    },
    /// Make one
    Create(Create),
    /// Change settings, name or use of one
    Update(Update),
    /// Send a test message and show what the provider answers
    Test {
        /// Names, or ids `chn_…`
        #[arg(required = true)]
        channels: Vec<String>,
    },
    /// Let messages go out again
    Enable {
        /// Name, or id `chn_…`
        channel: String,
    },
    /// Send nothing until it is enabled
    Disable {
        /// Name, or id `chn_…`
        channel: String,
    },
    /// Remove channels, and what still waits for them
    #[command(visible_alias = "rm")]
    Delete {
        /// Names, or ids `chn_…`
        #[arg(required = true)]
        channels: Vec<String>,
    },
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  crontopus channels create slack-platform slack --setting webhook_url=https://hooks.slack.com/services/…
  crontopus channels create ops-mail email --setting to=ops@acme.example,ann@acme.example --default
  crontopus channels create pager pagerduty --secret-file routing_key=/run/secrets/pagerduty
  crontopus channels create hook webhook --settings-file hook.json")]
pub(crate) struct Create {
    /// What routes call it
    name: String,
    /// webhook, slack, email, pagerduty, teams, discord, telegram, ntfy or opsgenie
    #[arg(value_parser = kind)]
    kind: ChannelKind,
    #[command(flatten)]
    settings: Settings,
    /// Tell it what no route is for
    #[arg(long)]
    default: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Update {
    /// Name, or id `chn_…`
    channel: String,
    /// What routes are to call it
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    settings: Settings,
    /// Whether to tell it what no route is for
    #[arg(long)]
    default: Option<bool>,
}

#[derive(Debug, Args)]
struct Settings {
    /// A setting; several times for several. A list is separated by commas
    #[arg(long = "setting", value_parser = crate::labels::parse, value_name = "NAME=VALUE")]
    settings: Vec<(String, String)>,
    /// A setting whose value is the content of a file, so that no secret stands on the command line
    #[arg(long = "secret-file", value_parser = crate::labels::parse, value_name = "NAME=FILE")]
    secret_files: Vec<(String, String)>,
    /// All settings as a JSON object; `-` for standard input
    #[arg(long, value_name = "FILE")]
    settings_file: Option<String>,
}

fn kind(text: &str) -> Result<ChannelKind, String> {
    serde_json::from_value(Value::String(text.to_owned()))
        .map_err(|_| format!("it is one of {}", ChannelKind::WORDS.join(", ")))
}

/// Settings that are lists, numbers or objects whatever their text looks like.
const LISTS: [&str; 2] = ["to", "teams"];
const NUMBERS: [&str; 2] = ["port", "topic"];

impl Settings {
    fn read(&self, kind: Option<ChannelKind>) -> Outcome<Value> {
        let mut fields = match &self.settings_file {
            None => Map::new(),
            Some(path) => {
                let text = read_file(path)?;
                serde_json::from_str(&text)
                    .map_err(|e| Failure::of(Kind::Usage, format!("{path} is no JSON object")).because(&e))?
            }
        };
        for (name, text) in &self.settings {
            let is_number = NUMBERS.contains(&name.as_str()) && kind != Some(ChannelKind::Ntfy);
            let value = match (LISTS.contains(&name.as_str()), is_number, text.parse::<i64>()) {
                (true, ..) => text.split(',').map(|part| Value::String(part.trim().to_owned())).collect(),
                (_, true, Ok(number)) => number.into(),
                _ => Value::String(text.clone()),
            };
            fields.insert(name.clone(), value);
        }
        for (name, path) in &self.secret_files {
            fields.insert(name.clone(), Value::String(read_file(path)?.trim().to_owned()));
        }
        Ok(Value::Object(fields))
    }

    fn is_empty(&self) -> bool {
        self.settings.is_empty() && self.secret_files.is_empty() && self.settings_file.is_none()
    }
}

fn read_file(path: &str) -> Outcome<String> {
    let read = match path {
        "-" => std::io::read_to_string(std::io::stdin()),
        path => std::fs::read_to_string(path),
    };
    read.map_err(|e| Failure::new(format!("{path} cannot be read")).because(&e))
}

pub(crate) fn run(command: Channels, app: &App) -> Outcome {
    let client = app.client()?;
    match command {
        Channels::List => {
            let channels = client.channels().list().collect::<Result<Vec<_>, _>>()?;
            app.screen.list(&channels, "There are no channels; the owners are told by mail.", |channels| {
                table(channels, app)
            })
        }
        Channels::Show { channel } => {
            let channel = find(&client, &channel)?;
            app.screen.show(&channel, || one(&channel, app))
        }
        Channels::Create(Create { name, kind, settings, default }) => {
            let settings = settings.read(Some(kind))?;
            let made = client.channels().create(&CreateChannel { name, kind, settings, default })?;
            let sentence = format!("Made {0}. Try it: crontopus channels test {0}", plain(&made.name));
            app.screen.done(&made, &sentence)
        }
        Channels::Update(Update { channel, name, settings, default }) => {
            let known = find(&client, &channel)?;
            let settings = if settings.is_empty() { None } else { Some(settings.read(Some(known.kind))?) };
            let request = UpdateChannel { name, settings, default, enabled: None };
            let changed = client.channels().update(known.id, &request)?;
            app.screen.done(&changed, &format!("Changed {}.", plain(&changed.name)))
        }
        Channels::Test { channels } => test(&client, &channels, app),
        Channels::Enable { channel } => switch(&client, &channel, true, app),
        Channels::Disable { channel } => switch(&client, &channel, false, app),
        Channels::Delete { channels } => {
            for channel in channels {
                let known = find(&client, &channel)?;
                client.channels().delete(known.id)?;
                app.screen.note(&format!("Removed {}.", plain(&known.name)));
            }
            Ok(())
        }
    }
}

fn test(client: &Client, channels: &[String], app: &App) -> Outcome {
    let mut results = Vec::new();
    for channel in channels {
        let known = find(client, channel)?;
        let result = client.channels().test(known.id)?;
        let what = if result.sent { "took it" } else { "did not take it" };
        app.screen.note(&format!("{} {what}: {}", plain(&known.name), plain(&result.answer)));
        results.push(result);
    }
    let all_sent = results.iter().all(|result| result.sent);
    app.screen.done(&results, "")?;
    if all_sent { Ok(()) } else { Err(Failure::silent(Kind::Failed)) }
}

fn switch(client: &Client, channel: &str, enabled: bool, app: &App) -> Outcome {
    let known = find(client, channel)?;
    let request = UpdateChannel { enabled: Some(enabled), ..UpdateChannel::default() };
    let changed = client.channels().update(known.id, &request)?;
    let what = if enabled { "Enabled" } else { "Disabled" };
    app.screen.done(&changed, &format!("{what} {}.", plain(&changed.name)))
}

/// The channel of this id or name.
pub(super) fn find(client: &Client, channel: &str) -> Outcome<Channel> {
    if let Ok(id) = channel.parse() {
        return Ok(client.channels().get(id)?);
    }
    for known in client.channels().list() {
        let known = known?;
        if known.name == channel {
            return Ok(known);
        }
    }
    Err(Failure::of(Kind::NotFound, format!("there is no channel `{}`", plain(channel)))
        .hint("list them: crontopus channels list"))
}

fn state(channel: &Channel) -> &'static str {
    match (channel.enabled, channel.last_sent) {
        (false, _) => "disabled",
        (true, Some(false)) => "failing",
        (true, Some(true)) => "ok",
        (true, None) => "unused",
    }
}

fn table(channels: &[Channel], app: &App) -> String {
    let mut table = Table::new(&app.screen, ["NAME", "KIND", "STATE", "DEFAULT", "LAST USED", "NOTE"]);
    for channel in channels {
        let note = channel.disabled_why.as_ref().or(channel.last_answer.as_ref());
        table.row([
            plain(&channel.name),
            word(channel.kind),
            app.screen.paint.status(state(channel)),
            if channel.default { "yes" } else { "no" }.to_owned(),
            app.screen.moments.maybe(channel.last_at),
            note.map_or_else(|| "-".to_owned(), |note| plain(note)),
        ]);
    }
    table.text()
}

fn one(channel: &Channel, app: &App) -> String {
    let moments = &app.screen.moments;
    let mut facts = Facts::default();
    facts.add("Channel", channel.id.to_string()).add("Name", plain(&channel.name));
    facts.add("Kind", word(channel.kind)).add("State", app.screen.paint.status(state(channel)));
    facts.add_some("Disabled", channel.disabled_why.as_deref().map(plain));
    facts.add("Default", if channel.default { "yes" } else { "no" }.to_owned());
    let setting = |(name, value): (&String, &Value)| {
        format!("{name}={}", value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    let settings: Vec<_> = channel.settings.as_object().into_iter().flatten().map(setting).collect();
    facts.add("Settings", plain(&settings.join(", ")));
    facts.add("Last used", moments.maybe(channel.last_at));
    facts.add_some("Last answer", channel.last_answer.as_deref().map(plain));
    facts.add_some("Waits until", channel.not_before.map(|at| moments.write(at)));
    facts.add("Made", format!("{} by {}", moments.write(channel.created_at), plain(&channel.created_by)));
    facts.text(&app.screen)
}
