use crontopus_api::{Event, EventKind};
use crontopus_app::{self as app, rows};

use super::at;

/// An event.
pub(crate) fn event(row: rows::RecordedEvent) -> Event {
    let kind = match row.kind {
        app::EventKind::RunChanged => EventKind::RunChanged,
        app::EventKind::MonitorChanged => EventKind::MonitorChanged,
        app::EventKind::IncidentChanged => EventKind::IncidentChanged,
        app::EventKind::AgentChanged => EventKind::AgentChanged,
        app::EventKind::RepositoryChanged => EventKind::RepositoryChanged,
        app::EventKind::DiscoveredChanged => EventKind::DiscoveredChanged,
        app::EventKind::Reset => EventKind::Reset,
    };
    Event { seq: row.seq, kind, at: at(row.at), id: row.id, job: row.job }
}

/// The kind as it stands in the stream's `event` field.
pub(crate) fn event_kind_text(kind: EventKind) -> &'static str {
    match kind {
        EventKind::RunChanged => "run.changed",
        EventKind::MonitorChanged => "monitor.changed",
        EventKind::IncidentChanged => "incident.changed",
        EventKind::AgentChanged => "agent.changed",
        EventKind::RepositoryChanged => "repository.changed",
        EventKind::DiscoveredChanged => "discovered.changed",
        EventKind::Reset => "reset",
    }
}
