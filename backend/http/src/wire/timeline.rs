use crontopus_api as api;
use crontopus_app::rows;
use crontopus_app::statistics::{JobTimeline, Lane, LaneCell, PlaceRuns, TenantTimeline};

use super::monitoring::same;
use super::{at, jobs};

/// One job on an axis, seen at `now`, UTC milliseconds.
pub(crate) fn job(found: JobTimeline, now: i64) -> api::JobTimeline {
    api::JobTimeline {
        from: at(found.window.from),
        to: at(found.window.to),
        now: at(now),
        expected: found.expected.into_iter().map(at).collect(),
        late_ms: found.late_ms,
        places: found.places.into_iter().map(place).collect(),
        commits: found.commits.into_iter().map(jobs::revision).collect(),
        incidents: found.incidents.into_iter().map(incident).collect(),
        truncated: found.truncated,
    }
}

/// Many jobs on one axis, seen at `now`.
pub(crate) fn many(found: TenantTimeline, now: i64) -> api::Timeline {
    api::Timeline {
        from: at(found.window.from),
        to: at(found.window.to),
        now: at(now),
        width_ms: found.width,
        next_cursor: found.next.as_ref().map(crate::extract::encode_cursor),
        items: found.lanes.into_iter().map(lane).collect(),
    }
}

fn place(place: PlaceRuns) -> api::PlaceRuns {
    let run = |run: rows::RunSpan| api::TimelineRun {
        id: run.id,
        status: same(run.status).unwrap_or(api::RunStatus::Unknown),
        at: at(run.at),
        expected_at: run.expected_at.map(at),
        finished_at: run.finished_at.map(at),
        duration_ms: run.duration_ms,
        exit_status: run.exit_status,
    };
    api::PlaceRuns {
        monitor_id: place.monitor_id,
        host: place.host,
        runs: place.runs.into_iter().map(run).collect(),
    }
}

fn incident(row: rows::Incident) -> api::TimelineIncident {
    api::TimelineIncident {
        id: row.id,
        kind: same(row.kind).unwrap_or(api::IncidentKind::Failed),
        state: same(row.state).unwrap_or(api::IncidentState::Open),
        title: row.title,
        host: row.host,
        opened_at: at(row.opened_at),
        resolved_at: row.resolved_at.map(at),
    }
}

fn lane(lane: Lane) -> api::TimelineLane {
    let cell = |cell: LaneCell| api::TimelineCell {
        part: cell.part,
        runs: cell.runs,
        worst: same(cell.worst).unwrap_or(api::RunStatus::Unknown),
    };
    api::TimelineLane {
        job_id: lane.job_id,
        namespace: lane.namespace,
        name: lane.name,
        cells: lane.cells.into_iter().map(cell).collect(),
        expected: lane.expected,
    }
}
