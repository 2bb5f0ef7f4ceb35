use axum::extract::State;
use crontopus_api::{Agenda, Code, Problem, ScheduleLoad};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::access::Acting;
use crate::answer::Answer;
use crate::extract::{Query, window_ahead, within};
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire::agenda;

/// Which part of what comes.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct AgendaQuery {
    /// From here; now when absent.
    from: Option<Timestamp>,
    /// To before here, at most 31 days later; a day after `from` when absent.
    to: Option<Timestamp>,
    /// In this namespace alone.
    namespace: Option<String>,
    /// Moments, 1 to 500; 100 when absent.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
}

/// Which map of what comes.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct LoadQuery {
    /// From here; the beginning of the present hour when absent.
    from: Option<Timestamp>,
    /// Hours, 1 to 168; 24 when absent.
    #[param(minimum = 1, maximum = 168)]
    hours: Option<u32>,
    /// Minutes of each part, 5 to 60 and a divisor of 60; 5 when absent.
    #[param(minimum = 5, maximum = 60)]
    cell_minutes: Option<u32>,
}

const MINUTE_MS: i64 = 60_000;

/// Shows what is expected to start when: the agenda.
#[utoipa::path(get, path = "/api/v1/schedule/upcoming", tag = "schedules", params(AgendaQuery),
    responses((status = 200, body = Agenda), Failure))]
pub(crate) async fn get_agenda(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Query(query): Query<AgendaQuery>,
) -> Result<Answer<Agenda>, Failure> {
    let window = window_ahead((query.from, query.to), serving.app().clock().now_ms(), 24, 31)?;
    let most = within("limit", query.limit, 100, 1, 500)? as usize;
    let found = serving.app().get_agenda(&actor, window, query.namespace.as_deref(), most).await?;
    Ok(Answer(agenda::agenda(found)))
}

/// Shows how many starts are expected in each part of a day or a week, and the fullest part.
#[utoipa::path(get, path = "/api/v1/schedule/load", tag = "schedules", params(LoadQuery),
    responses((status = 200, body = ScheduleLoad), Failure))]
pub(crate) async fn get_schedule_load(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Query(query): Query<LoadQuery>,
) -> Result<Answer<ScheduleLoad>, Failure> {
    let cell = within("cell_minutes", query.cell_minutes, 5, 5, 60)?;
    if 60 % cell != 0 {
        let problem = Problem::new(Code::Invalid).detail("`cell_minutes` is a divisor of 60");
        return Err(Failure::of(problem.field("?cell_minutes", "a divisor of 60")));
    }
    let hours = i64::from(within("hours", query.hours, 24, 1, 168)?);
    let now = serving.app().clock().now_ms();
    let from = query.from.map_or(now - now.rem_euclid(60 * MINUTE_MS), Timestamp::as_millisecond);
    let at = jiff::Timestamp::from_millisecond(from).ok();
    let window = window_ahead((at, None), now, hours, 8)?;
    let found = serving.app().get_load(&actor, window, i64::from(cell) * MINUTE_MS).await?;
    Ok(Answer(agenda::load(found)))
}
