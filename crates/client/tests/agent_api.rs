//! The agent API's client: everything signed, and only the pinned server believed.

#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]

mod support;

use std::sync::Arc;

use crontopus_api::agent_v1::{AgentEvent, AgentEventKind, EnrollSecret, Heartbeat, HostFacts, enroll_proof};
use crontopus_api::signature::{Covered, PublicKey, Received, SecretKey, Signer, answer as answers, verify};
use crontopus_api::{Code, Problem};
use crontopus_client::agent::{
    AgentClient, AgentClientConfig, ConfigAnswer, EnrollError, Enroller, EventError, Stamper as _, Stamps,
};
use crontopus_client::{ClientError, Connection};
use crontopus_clock::{MockClock, SeededEntropy};
use serde_json::json as value;
use std::io::Write as _;
use support::{Seen, Server, answer};

const NOW: &str = "2026-11-23T12:00:00Z";
const AGENT: &str = "agt_06esw8h6v1t2s47jb2xdbwvb4c";

fn agent_key() -> SecretKey {
    SecretKey::from_bytes(&[1; 32])
}

fn server_key() -> SecretKey {
    SecretKey::from_bytes(&[2; 32])
}

fn stamps() -> Arc<Stamps> {
    let clock = MockClock::at(NOW.parse().unwrap());
    Arc::new(Stamps::new(Arc::new(clock), Arc::new(SeededEntropy::new(1)), 0))
}

fn client(server: &Server) -> AgentClient {
    AgentClient::new(AgentClientConfig {
        connection: server.connection(),
        signer: Signer { key: agent_key(), keyid: AGENT.into() },
        server_key: server_key().public(),
        stamper: stamps(),
    })
    .unwrap()
}

/// The nonce of a request, if its signature verifies as the server would do it.
fn verified(seen: &Seen, authority: &str) -> Option<(String, u64)> {
    let (path, query) = seen.target.split_once('?').unwrap_or((&seen.target, ""));
    let query = format!("?{query}");
    let received = Received {
        covered: Covered {
            method: &seen.method,
            authority,
            path,
            query: &query,
            content_digest: seen.header("content-digest")?,
            seq: seen.header("crontopus-seq")?,
        },
        signature_input: seen.header("signature-input")?,
        signature: seen.header("signature")?,
    };
    let now: jiff::Timestamp = NOW.parse().unwrap();
    let verified = verify(&received, &agent_key().public(), Some(&seen.body), now.as_second()).ok()?;
    Some((verified.params.nonce, verified.seq))
}

/// A server that signs what it says with `key`, for the nonce it was asked with.
fn signing(key: SecretKey, status: u16, headers: &'static [(&str, &str)], body: Vec<u8>) -> Server {
    Server::new(move |seen, stream| {
        let authority = seen.header("host").unwrap().to_owned();
        let (nonce, _) = verified(seen, &authority).expect("the request is signed");
        let signature = answers::sign(&key, &nonce, status, &body);
        let mut all = vec![(answers::HEADER, signature.as_str())];
        all.extend_from_slice(headers);
        stream.write_all(&answer(status, &all, &body)).unwrap();
    })
}

fn heartbeat() -> Heartbeat {
    Heartbeat { commit: None, spooled: 0, clock_ms: 1 }
}

#[test]
fn requests_verify_and_sequences_grow() {
    let body = value!({"clock_ms": 5, "config": "e"}).to_string();
    let server = signing(server_key(), 200, &[], body.into());
    let client = client(&server);
    assert_eq!(client.heartbeat(&heartbeat()).unwrap().clock_ms, 5);
    client.heartbeat(&heartbeat()).unwrap();
    let authority = server.address.to_string();
    let seen: Vec<_> = server.seen().iter().map(|s| verified(s, &authority).unwrap()).collect();
    assert!(seen[1].1 > seen[0].1);
    assert_ne!(seen[0].0, seen[1].0);
}

#[test]
fn configuration_comes_once() {
    let body = value!({
        "name": "db-01", "tenant": "acme", "labels": {}, "branch": "main", "placements": [],
        "heartbeat_seconds": 30, "poll_seconds": 60, "last_valid": {}
    });
    let server = signing(server_key(), 200, &[("etag", "\"v1\"")], body.to_string().into());
    let ConfigAnswer::New { config, etag } = client(&server).config(None).unwrap() else { panic!() };
    assert_eq!((config.name.as_str(), etag.as_deref()), ("db-01", Some("\"v1\"")));
    let server = signing(server_key(), 304, &[], Vec::new());
    assert_eq!(client(&server).config(Some("\"v1\"")).unwrap(), ConfigAnswer::Unchanged);
    assert_eq!(server.seen()[0].header("if-none-match"), Some("\"v1\""));
}

#[test]
fn signed_problems_are_believed() {
    let body = serde_json::to_vec(&Problem::new(Code::AgentRevoked)).unwrap();
    let server = signing(server_key(), 401, &[], body);
    assert_eq!(client(&server).heartbeat(&heartbeat()).unwrap_err().code(), Some(Code::AgentRevoked));
}

#[test]
fn a_clock_that_is_off_is_told_the_servers() {
    let problem = Problem { server_time_ms: Some(1_790_000_000_000), ..Problem::new(Code::ClockSkew) };
    let server = signing(server_key(), 401, &[], serde_json::to_vec(&problem).unwrap());
    let error = client(&server).heartbeat(&heartbeat()).unwrap_err();
    assert_eq!((error.code(), error.server_time_ms()), (Some(Code::ClockSkew), Some(1_790_000_000_000)));
}

#[test]
fn strangers_are_not_believed() {
    let good = value!({"clock_ms": 5, "config": "e"}).to_string();
    let check = |server: Server| {
        let error = client(&server).heartbeat(&heartbeat()).unwrap_err();
        assert!(matches!(error, ClientError::Untrusted { .. }), "{error:?}");
        error
    };
    check(signing(SecretKey::from_bytes(&[9; 32]), 200, &[], good.clone().into()));
    check(Server::script(vec![answer(200, &[], &good)]));
    check(Server::script(vec![answer(200, &[(answers::HEADER, "!!")], &good)]));
    // An answer that was good for another request, and one whose status was changed on the way.
    let other = answers::sign(&server_key(), "00", 200, good.as_bytes());
    check(Server::script(vec![answer(200, &[(answers::HEADER, &other)], &good)]));
    let body = good.clone();
    check(Server::new(move |seen, stream| {
        let authority = seen.header("host").unwrap().to_owned();
        let (nonce, _) = verified(seen, &authority).unwrap();
        let signature = answers::sign(&server_key(), &nonce, 200, body.as_bytes());
        stream.write_all(&answer(201, &[(answers::HEADER, &signature)], &body)).unwrap();
    }));
    let revoked = serde_json::to_vec(&Problem::new(Code::AgentRevoked)).unwrap();
    let error = check(Server::script(vec![answer(401, &[], revoked)]));
    assert_eq!(error.code(), None, "a claim is not a code");
}

#[test]
fn redirects_are_refused() {
    let server = Server::script(vec![answer(307, &[("location", "http://evil.example/")], "")]);
    let error = client(&server).heartbeat(&heartbeat()).unwrap_err();
    assert!(matches!(error, ClientError::Redirected { .. }), "{error:?}");
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn nothing_signed_is_sent_twice() {
    let busy = serde_json::to_vec(&Problem::new(Code::Unavailable)).unwrap();
    let server = signing(server_key(), 503, &[("retry-after", "0")], busy);
    assert_eq!(client(&server).heartbeat(&heartbeat()).unwrap_err().code(), Some(Code::Unavailable));
    assert!(client(&server).config(None).is_err());
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn a_new_key_is_proved() {
    let server = signing(server_key(), 204, &[], Vec::new());
    let mut client = client(&server);
    let new = SecretKey::from_bytes(&[5; 32]);
    client.rotate_key(&new).unwrap();
    let sent: serde_json::Value = serde_json::from_slice(&server.seen()[0].body).unwrap();
    let public = sent["public_key"].as_str().unwrap();
    assert_eq!(public, new.public().to_base64());
    assert!(new.public().verifies(&enroll_proof(AGENT, public), sent["proof"].as_str().unwrap()));
    client.set_key(new);
    // Signed by the new key now: this server still wants the old one and hangs up.
    let seen_before = server.seen().len();
    assert!(client.heartbeat(&heartbeat()).is_err());
    assert_eq!(server.seen().len(), seen_before + 1);
    assert!(verified(&server.seen()[seen_before], &server.address.to_string()).is_none());
}

#[test]
fn git_requests_are_signed_for_this_server_only() {
    let server = Server::script(vec![answer(200, &[], "")]);
    let client = client(&server);
    let url = format!("{}/git/acme/jobs.git/info/refs?service=git-upload-pack", server.url());
    let headers = client.signed_headers("GET", &url, b"").unwrap();
    let seen = Seen {
        method: "GET".into(),
        target: "/git/acme/jobs.git/info/refs?service=git-upload-pack".into(),
        headers: headers.into_iter().map(|(n, v)| (n.to_owned(), v)).collect(),
        body: Vec::new(),
    };
    assert!(verified(&seen, &server.address.to_string()).is_some());
    let https = url.replace("http://", "https://");
    for other in ["http://evil.example/git/acme/jobs.git/info/refs", &https, "nonsense", ""] {
        assert_eq!(client.signed_headers("GET", other, b""), None, "{other}");
    }
}

fn event(agent: &str, at_ms: i64, key: &SecretKey) -> String {
    let signature = key.sign(&AgentEvent::signed(agent, AgentEventKind::Refresh, Some("c0ffee"), at_ms));
    let event = AgentEvent { kind: AgentEventKind::Refresh, commit: Some("c0ffee".into()), at_ms, signature };
    format!(": hello\n\nevent: refresh\ndata: {}\n\n", serde_json::to_string(&event).unwrap())
}

#[test]
fn events_are_verified_one_by_one() {
    let now = stamps().now_ms();
    let check = |stream: String, fits: fn(&EventError) -> bool| {
        let good = event(AGENT, now, &server_key());
        let server = Server::script(vec![answer(200, &[], format!("{good}{stream}{good}"))]);
        let mut events = client(&server).events().unwrap();
        assert_eq!(events.next().unwrap().unwrap().commit.as_deref(), Some("c0ffee"));
        let error = events.next().unwrap().unwrap_err();
        assert!(fits(&error), "{error:?}");
        assert!(events.next().is_none());
    };
    let untrusted = |e: &EventError| matches!(e, EventError::Untrusted);
    check(event(AGENT, now, &SecretKey::from_bytes(&[9; 32])), untrusted);
    check(event("agt_other", now, &server_key()), untrusted);
    check(event(AGENT, now - 400_000, &server_key()), |e| matches!(e, EventError::Stale(400)));
    check("data: {}\n\n".into(), |e| matches!(e, EventError::Stream(ClientError::Decode { .. })));
    let lifted = event(AGENT, now, &server_key()).replace("refresh\",\"commit", "rotate\",\"commit");
    check(lifted, untrusted);
}

fn enroll_token(url: &str, key: &PublicKey) -> String {
    let secret = EnrollSecret { server: url.into(), key_fingerprint: key.fingerprint(), secret: "s".into() };
    secret.to_string()
}

#[test]
fn a_host_joins_by_proof() {
    let enrolled = value!({
        "agent_id": AGENT, "tenant_id": "ten_06esw8h6v1t2s47jb2xdbwvb4c", "tenant": "acme", "name": "db-01",
        "pending": false
    });
    let challenge = value!({"challenge": "abc", "server_key": server_key().public().to_base64()}).to_string();
    let server = Server::script(vec![answer(200, &[], challenge), answer(201, &[], enrolled.to_string())]);
    let token = enroll_token(&server.url(), &server_key().public());
    let enroller = Enroller::new(&token, |url| Connection::new(url, "test/1")).unwrap();
    let enrolment = enroller.enroll(&agent_key(), HostFacts::default()).unwrap();
    assert_eq!(enrolment.enrolled.name, "db-01");
    assert_eq!(enrolment.server_key, server_key().public());
    let sent: serde_json::Value = serde_json::from_slice(&server.seen()[1].body).unwrap();
    let public = agent_key().public().to_base64();
    assert_eq!(sent["public_key"], public.as_str());
    let proof = sent["proof"].as_str().unwrap();
    assert!(agent_key().public().verifies(&enroll_proof("abc", &public), proof));
}

#[test]
fn an_impostor_gets_no_key() {
    let stranger = SecretKey::from_bytes(&[9; 32]).public().to_base64();
    let challenge = value!({"challenge": "abc", "server_key": stranger}).to_string();
    let server = Server::script(vec![answer(200, &[], challenge)]);
    let token = enroll_token(&server.url(), &server_key().public());
    let enroller = Enroller::new(&token, |url| Connection::new(url, "test/1")).unwrap();
    let error = enroller.enroll(&agent_key(), HostFacts::default()).unwrap_err();
    assert!(matches!(error, EnrollError::Impostor { .. }), "{error:?}");
    assert_eq!(server.seen().len(), 1);
    let connect = |url| Connection::new(url, "test/1");
    assert!(matches!(Enroller::new("cte_zzz", connect), Err(EnrollError::Token(_))));
    let odd = enroll_token("ftp://x", &server_key().public());
    assert!(matches!(Enroller::new(&odd, connect), Err(EnrollError::Address(_))));
}

#[test]
fn sequences_grow_over_restarts_and_clock_steps() {
    let clock = MockClock::at(NOW.parse().unwrap());
    let stamps = Stamps::new(Arc::new(clock.clone()), Arc::new(SeededEntropy::new(1)), 0);
    let first = stamps.stamp();
    assert_eq!(first.seq, u64::try_from(first.now_ms).unwrap());
    clock.set("2026-11-23T11:00:00Z".parse().unwrap());
    let second = stamps.stamp();
    assert_eq!(second.seq, first.seq + 1);
    let later = Stamps::new(Arc::new(clock), Arc::new(SeededEntropy::new(1)), stamps.last_seq());
    assert_eq!(later.stamp().seq, first.seq + 2);
    later.set_offset_ms(7_200_000);
    assert_eq!(later.stamp().seq, first.seq + 3_600_000);
}
