use axum::extract::State;
use crontopus_api::Code;
use crontopus_api::agent_v1::{Challenge, ChallengeRequest, Enroll, EnrollSecret, Enrolled, enroll_proof};
use crontopus_api::signature::PublicKey;
use crontopus_app::agents::{Enrolment, HostFacts};

use crate::access::From;
use crate::answer::{Answer, Created};
use crate::extract::Json;
use crate::failure::Failure;
use crate::serving::Serving;

/// Gives the holder of an enrolment token something to sign.
#[utoipa::path(post, path = "/agent/v1/enroll/challenge", tag = "enrolment", request_body = ChallengeRequest,
    responses((status = 200, body = Challenge), Failure))]
pub(crate) async fn create_enroll_challenge(
    State(serving): State<Serving>,
    From(origin): From,
    Json(body): Json<ChallengeRequest>,
) -> Result<Answer<Challenge>, Failure> {
    let secret = secret(&body.token)?;
    serving.limits().enrolment(origin.address)?;
    let challenge = serving.app().enroll_challenge(&secret).await?;
    Ok(Answer(Challenge { challenge, server_key: serving.app().key().public_base64() }))
}

/// Takes a host in that proves it holds the key it brings.
#[utoipa::path(post, path = "/agent/v1/enroll", tag = "enrolment", request_body = Enroll,
    responses((status = 201, body = Enrolled), Failure))]
pub(crate) async fn enroll_agent(
    State(serving): State<Serving>,
    From(origin): From,
    Json(body): Json<Enroll>,
) -> Result<Created<Enrolled>, Failure> {
    let host = proved(body)?;
    let enrolled = serving.app().enroll(origin, host).await?;
    let (agent, tenant) = (enrolled.agent, enrolled.tenant);
    let pending = agent.state == "pending";
    let (agent_id, tenant_id, name) = (agent.id, agent.tenant_id, agent.name);
    Ok(Created(Enrolled { agent_id, tenant_id, tenant, name, pending }))
}

fn secret(token: &str) -> Result<String, Failure> {
    let text = token.parse::<EnrollSecret>();
    Ok(text.map_err(|why| Failure::new(Code::EnrollTokenInvalid, why))?.secret)
}

/// The enrolment, if the private key of what it brings signed the challenge.
fn proved(body: Enroll) -> Result<Enrolment, Failure> {
    let key = PublicKey::from_base64(&body.public_key);
    let key = key.map_err(|e| Failure::from(crontopus_app::Error::invalid("/public_key", e.to_string())))?;
    if !key.verifies(&enroll_proof(&body.challenge, &body.public_key), &body.proof) {
        return Err(Failure::new(Code::InvalidSignature, "the proof is not of that key over that challenge"));
    }
    let facts = body.facts;
    Ok(Enrolment {
        secret: secret(&body.token)?,
        challenge: body.challenge,
        fingerprint: key.fingerprint(),
        public_key: key.to_base64(),
        facts: HostFacts {
            hostname: facts.hostname,
            machine: facts.machine,
            os: facts.os,
            arch: facts.arch,
            version: facts.version,
            scheduler: facts.scheduler,
            timezone: facts.timezone,
        },
    })
}
