use axum::extract::State;
use crontopus_api::Code;
use crontopus_api::agent_v1::{RotateKey, enroll_proof};
use crontopus_api::signature::PublicKey;
use crontopus_app::agents::NewKey;

use crate::access::{AgentCaller, From};
use crate::answer::NoContent;
use crate::extract::Json;
use crate::failure::Failure;
use crate::serving::Serving;

/// Gives the agent a new key; the old one is taken for 24 hours more.
#[utoipa::path(post, path = "/agent/v1/rotate-key", tag = "agent", request_body = RotateKey,
    responses((status = 204), Failure))]
pub(crate) async fn rotate_agent_key(
    State(serving): State<Serving>,
    From(origin): From,
    AgentCaller(host): AgentCaller,
    Json(body): Json<RotateKey>,
) -> Result<NoContent, Failure> {
    let key = proved(&host.agent_id.to_string(), &body)?;
    serving.app().rotate_agent_key(&host, origin, key).await?;
    Ok(NoContent)
}

/// The new key, if its private half signed the agent's id.
fn proved(agent_id: &str, body: &RotateKey) -> Result<NewKey, Failure> {
    let key = PublicKey::from_base64(&body.public_key);
    let key = key.map_err(|e| Failure::from(crontopus_app::Error::invalid("/public_key", e.to_string())))?;
    if !key.verifies(&enroll_proof(agent_id, &body.public_key), &body.proof) {
        return Err(Failure::new(
            Code::InvalidSignature,
            "the proof is not of the new key over the agent's id",
        ));
    }
    Ok(NewKey { public_key: key.to_base64(), fingerprint: key.fingerprint() })
}
