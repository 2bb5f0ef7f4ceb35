use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use crontopus_api::{Component, ComponentName, ComponentProblem, Health};
use crontopus_app::{Ailment, Check, Part};

use crate::answer::Answer;
use crate::failure::Failure;
use crate::serving::Serving;

/// Says that the process runs.
#[utoipa::path(get, path = "/livez", tag = "health", responses((status = 200, body = Health), Failure))]
pub(crate) async fn get_liveness(State(serving): State<Serving>) -> Answer<Health> {
    Answer(health(&serving, Vec::new()))
}

/// Says whether requests can be answered, and what is not well: 503 when a needed part does not work. What
/// is late but keeps nobody waiting here (the sweep, the sender) is told with 200.
#[utoipa::path(get, path = "/readyz", tag = "health",
    responses((status = 200, body = Health), (status = 503, body = Health), Failure))]
pub(crate) async fn get_readiness(State(serving): State<Serving>) -> Response {
    let health = health(&serving, serving.app().check_health().await);
    let status = if health.ok { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let mut response = Answer(health).into_response();
    *response.status_mut() = status;
    response
}

fn health(serving: &Serving, checks: Vec<Check>) -> Health {
    let unwell: Vec<_> = checks.iter().filter(|check| check.ailment.is_some()).collect();
    let ok = unwell.iter().all(|check| !check.part.is_needed());
    let told: Vec<_> = unwell.iter().map(|check| check.told()).collect();
    let detail = (!told.is_empty()).then(|| told.join("; "));
    let version = serving.settings().version.to_owned();
    Health { ok, version, detail, components: checks.into_iter().map(component).collect() }
}

fn component(check: Check) -> Component {
    Component {
        name: match check.part {
            Part::Database => ComponentName::Database,
            Part::Writes => ComponentName::Writes,
            Part::Ingest => ComponentName::Ingest,
            Part::Sweep => ComponentName::Sweep,
            Part::Sender => ComponentName::Sender,
            Part::Volume => ComponentName::Volume,
        },
        ok: check.ailment.is_none(),
        needed: check.part.is_needed(),
        problem: check.ailment.map(|ailment| match ailment {
            Ailment::Unreachable => ComponentProblem::Unreachable,
            Ailment::ReadOnly => ComponentProblem::ReadOnly,
            Ailment::Full => ComponentProblem::Full,
            Ailment::Stalled => ComponentProblem::Stalled,
            Ailment::Behind => ComponentProblem::Behind,
            Ailment::Fallen => ComponentProblem::Fallen,
        }),
        remedy: check.remedy().map(str::to_owned),
        detail: check.detail,
    }
}
