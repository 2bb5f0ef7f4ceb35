use axum::extract::State;
use crontopus_api::{AlertLink, AlertLinkAction, Incident};
use crontopus_app::alerts::LinkAction;

use crate::access::Acting;
use crate::answer::Answer;
use crate::extract::Path;
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire::monitoring;

/// Says what a signed link in a message would do.
#[utoipa::path(get, path = "/api/v1/alert-links/{token}", tag = "incidents",
    params(("token" = String, Path, description = "The last part of the link.")),
    responses((status = 200, body = AlertLink), Failure))]
pub(crate) async fn get_alert_link(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(token): Path<String>,
) -> Result<Answer<AlertLink>, Failure> {
    let (action, incident) = serving.app().describe_link(&actor, &token).await?;
    let action = match action {
        LinkAction::Acknowledge => AlertLinkAction::Acknowledge,
        LinkAction::Snooze => AlertLinkAction::Snooze,
    };
    Ok(Answer(AlertLink { action, incident: monitoring::incident((incident, Vec::new())) }))
}

/// Does what a signed link in a message says, as the person who is signed in.
#[utoipa::path(post, path = "/api/v1/alert-links/{token}", tag = "incidents",
    params(("token" = String, Path, description = "The last part of the link.")),
    responses((status = 200, body = Incident), Failure))]
pub(crate) async fn follow_alert_link(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Path(token): Path<String>,
) -> Result<Answer<Incident>, Failure> {
    Ok(Answer(monitoring::incident(serving.app().follow_link(&actor, &token).await?)))
}
