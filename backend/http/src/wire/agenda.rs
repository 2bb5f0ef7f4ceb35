use crontopus_api as api;
use crontopus_app::statistics::{Agenda, Load, Moment};

use super::at;

/// What starts when.
pub(crate) fn agenda(found: Agenda) -> api::Agenda {
    api::Agenda {
        from: at(found.window.from),
        to: at(found.window.to),
        items: found.moments.into_iter().map(moment).collect(),
        total: found.total as u64,
        truncated: found.truncated,
    }
}

/// One moment.
pub(crate) fn moment(moment: Moment) -> api::AgendaMoment {
    let job = |start: crontopus_app::statistics::Start| api::AgendaJob {
        namespace: start.namespace,
        name: start.name,
        host: start.host,
    };
    api::AgendaMoment {
        at: at(moment.at),
        total: moment.total as u64,
        jobs: moment.starts.into_iter().map(job).collect(),
    }
}

/// How full each part is.
pub(crate) fn load(found: Load) -> api::ScheduleLoad {
    api::ScheduleLoad {
        from: at(found.window.from),
        cell_minutes: u32::try_from(found.width / 60_000).unwrap_or(u32::MAX),
        cells: found.cells,
        peak: found.peak.map(moment),
        truncated: found.truncated,
    }
}
