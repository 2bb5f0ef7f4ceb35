use axum::extract::State;
use crontopus_api::{CheckInBatch, CheckInOutcome, CheckInResult};
use crontopus_app::ingest::{Door, Rejection};
use crontopus_ids::TenantId;

use crate::access::Acting;
use crate::answer::Answer;
use crate::extract::JsonText;
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire::asked_check_ins::{Asked, Unreadable, asked};
use crate::wire::check_ins::{self, Read};

/// Takes one check-in, or up to 1,000 in an array; when it is answered they are on disk. Each has an outcome of its own:
/// what is wrong with one does not touch the others, and a field that cannot be read does not lose its check-in.
#[utoipa::path(post, path = "/api/v1/check-ins", tag = "check-ins", request_body = CheckInBatch,
    responses((status = 200, body = CheckInResult), Failure))]
pub(crate) async fn create_check_ins(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    body: JsonText,
) -> Result<Answer<CheckInResult>, Failure> {
    let (now, tenant) = (serving.app().clock().now_ms(), actor.tenant_id);
    let asked = match asked(&body) {
        Ok(asked) => asked,
        Err(Unreadable { failure, line: (monitor, why) }) => {
            serving.app().reject_check_ins(tenant, Door::Native, &[(monitor, why)]).await?;
            return Err(failure);
        }
    };
    let (mut read, mut ignored) = (Vec::with_capacity(asked.len()), Vec::with_capacity(asked.len()));
    for Asked { monitor, check_in, ignored: passed_over } in asked {
        read.push((monitor, check_in.and_then(|check_in| check_ins::native(tenant, now, check_in))));
        ignored.push(passed_over);
    }
    let mut items = submit(&serving, tenant, Door::Native, read).await?;
    for (item, ignored) in items.iter_mut().zip(ignored) {
        item.ignored = ignored;
    }
    Ok(Answer(CheckInResult { items }))
}

/// Submits what could be read and is within the limits, writes what could not be read into the log of rejected
/// check-ins; the outcomes in order. A failure where everything is over the limits.
pub(super) async fn submit(
    serving: &Serving,
    tenant: TenantId,
    door: Door,
    items: Vec<(String, Read)>,
) -> Result<Vec<CheckInOutcome>, Failure> {
    let (mut signals, mut rejected, mut outcomes) = (Vec::new(), Vec::new(), Vec::with_capacity(items.len()));
    let (mut exceeded, mut limited) = (None, 0);
    for (target, read) in items {
        match read {
            Ok(signal) => match serving.app().admit_check_in(&signal).await? {
                Ok(()) => {
                    signals.push(signal);
                    outcomes.push(None);
                }
                Err(limit) => {
                    (exceeded, limited) = (Some(limit), limited + 1);
                    outcomes.push(Some(check_ins::not_taken(Rejection::RateLimited.as_str())));
                }
            },
            Err(why) => {
                rejected.push((target, why));
                outcomes.push(Some(check_ins::not_taken(why)));
            }
        }
    }
    if let Some(exceeded) = exceeded.filter(|_| limited == outcomes.len()) {
        return Err(exceeded.into());
    }
    let mut taken = match signals.is_empty() {
        true => Vec::new(),
        false => serving.app().check_in(signals).await?,
    }
    .into_iter();
    serving.app().reject_check_ins(tenant, door, &rejected).await?;
    let fill = |outcome: Option<CheckInOutcome>| {
        outcome
            .or_else(|| taken.next().map(check_ins::outcome))
            .unwrap_or_else(|| check_ins::not_taken("invalid"))
    };
    Ok(outcomes.into_iter().map(fill).collect())
}
