use clap::{Args, Subcommand, ValueEnum};
use crontopus_api::{Delivery, DeliveryState};
use crontopus_client::resources::DeliveryFilter;
use crontopus_ids::IncidentId;

use super::channels;
use crate::app::App;
use crate::failure::Outcome;
use crate::output::{Table, plain, word};

/// What was and is to be told.
#[derive(Debug, Subcommand)]
pub(crate) enum Deliveries {
    /// List deliveries, newest first
    #[command(visible_alias = "ls")]
    List(List),
    /// Show how much waits to be sent, and since when
    Queue,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// To one channel only: name, or id `chn_…`
    #[arg(long)]
    channel: Option<String>,
    /// About one incident only
    #[arg(long)]
    incident: Option<IncidentId>,
    /// In which state
    #[arg(long, value_enum)]
    state: Option<State>,
    /// At most so many
    #[arg(short = 'n', long, default_value_t = 50)]
    limit: usize,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum State {
    Waiting,
    Sent,
    Failed,
}

pub(crate) fn run(command: Deliveries, app: &App) -> Outcome {
    let client = app.client()?;
    match command {
        Deliveries::List(args) => {
            let channel = args.channel.map(|channel| channels::find(&client, &channel)).transpose()?;
            let filter = DeliveryFilter {
                channel_id: channel.map(|channel| channel.id),
                incident_id: args.incident,
                state: args.state.map(|state| match state {
                    State::Waiting => DeliveryState::Waiting,
                    State::Sent => DeliveryState::Sent,
                    State::Failed => DeliveryState::Failed,
                }),
            };
            let found = client.deliveries().list(&filter).take(args.limit).collect::<Result<Vec<_>, _>>()?;
            app.screen.list(&found, "Nothing was told.", |found| table(found, app))
        }
        Deliveries::Queue => {
            let queue = client.deliveries().queue()?;
            app.screen.show(&queue, || match queue.oldest_at {
                None => "Nothing waits.\n".to_owned(),
                Some(at) => {
                    format!("{} waiting, the oldest since {}\n", queue.waiting, app.screen.moments.write(at))
                }
            })
        }
    }
}

/// Deliveries as a table, as an incident's timeline shows them too.
pub(super) fn table(deliveries: &[Delivery], app: &App) -> String {
    let heading = ["WHEN", "WHAT", "TO", "ROUTE", "STATE", "TRIES", "ANSWER", "TITLE"];
    let mut table = Table::new(&app.screen, heading);
    for delivery in deliveries {
        let or_dash = |text: Option<&str>| text.map_or_else(|| "-".to_owned(), plain);
        table.row([
            app.screen.moments.write(delivery.created_at),
            word(delivery.occasion),
            plain(&delivery.to),
            or_dash(delivery.route.as_deref()),
            app.screen.paint.status(&word(delivery.state)),
            delivery.attempts.to_string(),
            or_dash(delivery.answer.as_deref()),
            or_dash(delivery.title.as_deref()),
        ]);
    }
    table.text()
}
