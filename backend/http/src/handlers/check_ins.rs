use axum::extract::State;
use crontopus_api::{CheckIn, CheckInBatch, CheckInOutcome, CheckInResult};
use crontopus_app::ingest::{BATCH_LIMIT, Door};
use crontopus_ids::TenantId;
use serde::Deserialize;

use crate::access::Acting;
use crate::answer::Answer;
use crate::extract::Json;
use crate::failure::Failure;
use crate::serving::Serving;
use crate::wire::check_ins::{self, Read};

/// Takes one check-in, or up to 1,000 in an array; when it is answered they are on disk.
#[utoipa::path(post, path = "/api/v1/check-ins", tag = "check-ins", request_body = CheckInBatch,
    responses((status = 200, body = CheckInResult), Failure))]
pub(crate) async fn create_check_ins(
    State(serving): State<Serving>,
    Acting(actor): Acting,
    Json(batch): Json<OneOrMany>,
) -> Result<Answer<CheckInResult>, Failure> {
    let (now, tenant) = (serving.app().clock().now_ms(), actor.tenant_id);
    let named = |c: CheckIn| (c.monitor.clone(), check_ins::native(tenant, now, c));
    let items = submit(&serving, tenant, Door::Native, batch.0.into_iter().map(named).collect()).await?;
    Ok(Answer(CheckInResult { items }))
}

/// A body that is one check-in or an array of them. Read by hand, because what is wrong with one of many is
/// to be pointed at, and `untagged` forgets where it was.
pub(crate) struct OneOrMany(Vec<CheckIn>);

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = OneOrMany;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a check-in or an array of them")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<OneOrMany, A::Error> {
                let one = CheckIn::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                Ok(OneOrMany(vec![one]))
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<OneOrMany, A::Error> {
                let mut many = Vec::new();
                while let Some(one) = seq.next_element()? {
                    if many.len() == BATCH_LIMIT {
                        return Err(serde::de::Error::custom("at most 1,000 check-ins in one request"));
                    }
                    many.push(one);
                }
                Ok(OneOrMany(many))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// Submits what could be read, writes the rest into the log of rejected check-ins; the outcomes in order.
pub(super) async fn submit(
    serving: &Serving,
    tenant: TenantId,
    door: Door,
    items: Vec<(String, Read)>,
) -> Result<Vec<CheckInOutcome>, Failure> {
    let (mut signals, mut rejected, mut outcomes) = (Vec::new(), Vec::new(), Vec::with_capacity(items.len()));
    for (target, read) in items {
        match read {
            Ok(signal) => {
                signals.push(signal);
                outcomes.push(None);
            }
            Err(why) => {
                rejected.push((target, why));
                outcomes.push(Some(check_ins::not_taken(why)));
            }
        }
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
