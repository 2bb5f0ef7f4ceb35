use crontopus_api as api;
use crontopus_app::git::ValidatedFiles;
use crontopus_app::schedules::{Fate, Fit, Preview, PreviewRequest, local};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::repositories;

/// What is asked about a schedule.
pub(crate) fn request(asked: api::SchedulePreviewRequest) -> PreviewRequest {
    let api::SchedulePreviewRequest { schedule, timezone, host_timezone, profile, after, count } = asked;
    PreviewRequest { schedule, timezone, host_timezone, profile, after, count }
}

/// What it means.
pub(crate) fn preview(found: Preview) -> api::SchedulePreview {
    let zone = TimeZone::get(&found.timezone).unwrap_or(TimeZone::UTC);
    let start = |at: Timestamp| api::ScheduleStart {
        at,
        local: at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
    };
    let warnings = found.changes.iter().map(|change| api::ScheduleWarning {
        kind: match change.fate {
            Fate::Lost => api::ScheduleWarningKind::Lost,
            Fate::Moved => api::ScheduleWarningKind::Moved,
            Fate::Twice => api::ScheduleWarningKind::Twice,
            Fate::Once => api::ScheduleWarningKind::Once,
        },
        at: change.at,
        local: local(change).strftime("%Y-%m-%dT%H:%M:%S").to_string(),
        message: Preview::words(change),
    });
    let warnings = warnings.collect();
    let (holds, why) = fit(found.fit);
    let scheduler = |(profile, held)| {
        let (holds, why) = fit(held);
        api::SchedulerFit { profile: format!("{profile}"), holds, why }
    };
    api::SchedulePreview {
        description: found.description,
        timezone: found.timezone,
        profile: found.profile.to_string(),
        holds,
        why,
        entries: found.entries,
        next: found.next.into_iter().map(start).collect(),
        warnings,
        schedulers: found.schedulers.into_iter().map(scheduler).collect(),
    }
}

fn fit(fit: Fit) -> (api::ScheduleFit, Option<String>) {
    match fit {
        Fit::Exactly => (api::ScheduleFit::Exactly, None),
        Fit::Guarded(why) => (api::ScheduleFit::Guarded, Some(why)),
        Fit::No(why) => (api::ScheduleFit::No, Some(why)),
    }
}

/// What was found in manifests.
pub(crate) fn validated(found: ValidatedFiles) -> api::ValidatedManifests {
    api::ValidatedManifests {
        ok: found.is_valid(),
        diagnostics: found.problems.into_iter().map(repositories::diagnostic).collect(),
        jobs: found.jobs,
    }
}
