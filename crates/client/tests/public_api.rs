//! The public API's client: what it sends, and what it makes of answers good and bad.

#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]

mod support;

use std::io::Write as _;
use std::time::Duration;

use crontopus_api::{Code, Problem, RunStatus};
use crontopus_client::resources::{EventFilter, JobFilter, RunFilter};
use crontopus_client::{Client, ClientConfig, ClientError, Connection, Credential, TransportKind};
use serde_json::json as value;
use support::{Server, answer};

fn token() -> Credential {
    Credential::Token("ctp_x".into())
}

fn client(server: &Server, credential: Credential) -> Client {
    Client::new(ClientConfig { connection: server.connection(), credential }).unwrap()
}

fn json(body: serde_json::Value) -> Vec<u8> {
    answer(200, &[("content-type", "application/json")], body.to_string())
}

fn problem(code: Code, headers: &[(&str, &str)]) -> Vec<u8> {
    let body = serde_json::to_vec(&Problem::new(code).detail("why")).unwrap();
    answer(code.status(), headers, body)
}

fn namespace(name: &str) -> serde_json::Value {
    value!({"name": name, "jobs": 1, "failing": 0})
}

#[test]
fn lists_are_fetched_page_by_page() {
    let server = Server::script(vec![
        json(value!({"items": [namespace("a"), namespace("b")], "next_cursor": "c/1"})),
        json(value!({"items": [], "next_cursor": "c2"})),
        json(value!({"items": [namespace("c")]})),
    ]);
    let client = client(&server, token());
    let names: Result<Vec<_>, _> = client.jobs().list_namespaces().map(|n| n.map(|n| n.name)).collect();
    assert_eq!(names.unwrap(), ["a", "b", "c"]);
    let targets: Vec<_> = server.seen().into_iter().map(|s| s.target).collect();
    assert_eq!(
        targets,
        [
            "/api/v1/namespaces?limit=200",
            "/api/v1/namespaces?limit=200&cursor=c%2F1",
            "/api/v1/namespaces?limit=200&cursor=c2"
        ]
    );
    assert_eq!(server.seen()[0].header("authorization"), Some("Bearer ctp_x"));
    assert_eq!(server.seen()[0].header("user-agent"), Some("test/1"));
}

#[test]
fn a_list_without_end_is_left() {
    let server = Server::script(vec![json(value!({"items": [namespace("a")], "next_cursor": "same"}))]);
    let mut list = client(&server, token()).jobs().list_namespaces();
    assert!(list.next().unwrap().is_ok());
    assert!(matches!(list.next(), Some(Err(ClientError::EndlessList { .. }))));
    assert!(list.next().is_none());
    let server = Server::script(vec![json(value!({"items": [], "next_cursor": "same"}))]);
    let mut list = client(&server, token()).jobs().list_namespaces();
    assert!(matches!(list.next(), Some(Err(ClientError::EndlessList { .. }))));
}

#[test]
fn filters_are_parameters() {
    let server = Server::script(vec![json(value!({"items": []}))]);
    let client = client(&server, token());
    let filter = JobFilter {
        namespace: Some("prod&x".into()),
        labels: vec![("env".into(), "a b".into()), ("team".into(), "x".into())],
        ..JobFilter::default()
    };
    assert_eq!(client.jobs().list(&filter).count(), 0);
    let filter = RunFilter {
        job: Some("a/b".into()),
        status: Some(RunStatus::TimedOut),
        after: Some("2026-01-02T03:04:05Z".parse().unwrap()),
        ..RunFilter::default()
    };
    assert!(client.runs().list(&filter).first(7).unwrap().is_empty());
    let targets: Vec<_> = server.seen().into_iter().map(|s| s.target).collect();
    assert_eq!(
        targets,
        [
            "/api/v1/jobs?namespace=prod%26x&label=env%3Da%20b&label=team%3Dx&limit=200",
            "/api/v1/runs?job=a%2Fb&status=timed_out&after=2026-01-02T03%3A04%3A05Z&limit=7"
        ]
    );
}

#[test]
fn a_session_names_its_origin_and_tenant() {
    let server = Server::script(vec![answer(204, &[], "")]);
    let session = Credential::Session { cookie: "s3".into(), tenant: Some("acme".into()) };
    client(&server, session).auth().sign_out().unwrap();
    let seen = &server.seen()[0];
    assert_eq!((seen.method.as_str(), seen.target.as_str()), ("POST", "/api/v1/auth/sign-out"));
    assert_eq!(seen.header("cookie"), Some("crontopus_session=s3"));
    assert_eq!(seen.header("crontopus-tenant"), Some("acme"));
    assert_eq!(seen.header("origin"), Some(server.url().as_str()));
}

#[test]
fn problems_are_typed() {
    let server = Server::script(vec![problem(Code::RateLimited, &[("retry-after", "7")])]);
    let error = client(&server, token()).auth().me().unwrap_err();
    assert_eq!(error.code(), Some(Code::RateLimited));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    assert_eq!(error.to_string(), "why");
    assert!(error.is_temporary());
}

#[test]
fn only_harmless_requests_are_tried_again() {
    let busy = problem(Code::Unavailable, &[("retry-after", "0")]);
    let good = json(value!({"items": []}));
    let server = Server::script(vec![busy.clone(), busy.clone(), good.clone()]);
    assert_eq!(client(&server, token()).jobs().list_namespaces().count(), 0);
    assert_eq!(server.seen().len(), 3);

    let server = Server::script(vec![busy.clone(), good]);
    assert_eq!(client(&server, token()).check_ins().create(&[]).unwrap_err().code(), Some(Code::Unavailable));
    assert_eq!(server.seen().len(), 1);

    let long = problem(Code::Unavailable, &[("retry-after", "3600")]);
    let server = Server::script(vec![long]);
    assert!(client(&server, token()).auth().me().is_err());
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn what_is_no_answer_of_this_api_is_an_error() {
    let secret_elsewhere = answer(302, &[("location", "https://evil.example/")], "");
    let check = |bytes: Vec<u8>, fits: fn(&ClientError) -> bool| {
        let server = Server::script(vec![bytes]);
        let error = client(&server, token()).auth().me().unwrap_err();
        assert!(fits(&error), "{error:?}");
        assert_eq!(server.seen().len(), 1, "{error:?}");
    };
    check(
        secret_elsewhere,
        |e| matches!(e, ClientError::Redirected { location } if location.contains("evil")),
    );
    check(json(value!({"hello": "world"})), |e| matches!(e, ClientError::Decode { .. }));
    check(answer(200, &[], "{"), |e| matches!(e, ClientError::Decode { .. }));
    check(answer(200, &[], b"\xff\xfe"), |e| matches!(e, ClientError::Decode { .. }));
    check(
        answer(502, &[], "<html>bad gateway"),
        |e| matches!(e, ClientError::Unexpected { status: 502, text, .. } if text.contains("gateway")),
    );
    check(answer(404, &[], r#"{"code":"new_code","status":404,"title":"t","type":"x"}"#), |e| {
        matches!(e, ClientError::Unexpected { status: 404, .. })
    });
    check(b"SSH-2.0-OpenSSH\r\n\r\n".to_vec(), |e| {
        matches!(e, ClientError::Transport { kind: TransportKind::Protocol, .. })
    });
    check(b"HTTP/1.1 200 X\r\ncontent-length: 100\r\n\r\n{}".to_vec(), |e| {
        matches!(e, ClientError::Transport { .. })
    });
}

#[test]
fn huge_answers_are_cut() {
    let server = Server::new(|_, stream| {
        let head = "HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n";
        let chunk = [b"100000\r\n".as_slice(), &vec![b' '; 1 << 20], b"\r\n"].concat();
        let mut going = stream.write_all(head.as_bytes()).is_ok();
        while going {
            going = stream.write_all(&chunk).is_ok();
        }
    });
    let mut connection = server.connection();
    connection.timeouts.request = Duration::from_secs(30);
    let client = Client::new(ClientConfig { connection, credential: token() }).unwrap();
    let error = client.auth().me().unwrap_err();
    assert!(matches!(error, ClientError::TooLarge { .. }), "{error:?}");
}

#[test]
fn a_bomb_of_zeros_is_cut() {
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    bomb.write_all(&vec![b' '; 40 << 20]).unwrap();
    let server = Server::script(vec![answer(200, &[("content-encoding", "gzip")], bomb.finish().unwrap())]);
    let mut connection = server.connection();
    connection.timeouts.request = Duration::from_secs(30);
    let client = Client::new(ClientConfig { connection, credential: token() }).unwrap();
    assert!(matches!(client.auth().me().unwrap_err(), ClientError::TooLarge { .. }));
}

#[test]
fn a_slow_server_is_left() {
    let server = Server::new(|_, stream| {
        // One byte at a time never ends the header; the whole request has one limit.
        while stream.write_all(b"H").is_ok() {
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    let error = client(&server, token()).auth().me().unwrap_err();
    assert!(
        matches!(
            &error,
            ClientError::Transport { kind: TransportKind::Timeout | TransportKind::Protocol, .. }
        ),
        "{error:?}"
    );
}

#[test]
fn nobody_there_is_said_so() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let connection = Connection::new(format!("http://{free}").parse().unwrap(), "test/1");
    let client = Client::new(ClientConfig { connection, credential: token() }).unwrap();
    let error = client.auth().me().unwrap_err();
    assert!(matches!(&error, ClientError::Transport { kind: TransportKind::Connect, .. }), "{error:?}");
    assert!(error.to_string().contains("cannot be reached"));
}

#[test]
fn events_are_read_as_they_come() {
    let stream = "event: run.changed\nid: 4\ndata: {\"seq\":4,\"kind\":\"run.changed\",\
                  \"at\":\"2026-01-02T03:04:05Z\",\"id\":\"run_x\",\"job\":\"a/b\"}\n\n: still here\n\n\
                  data: {\"seq\":5,\r\ndata: \"kind\":\"reset\",\"at\":\"2026-01-02T03:04:05Z\",\"id\":\"\"}\r\n\r\n\
                  data: cut";
    let server = Server::script(vec![answer(200, &[("content-type", "text/event-stream")], stream)]);
    let filter = EventFilter { after: Some(3), ..EventFilter::default() };
    let mut events = client(&server, token()).events().open(&filter).unwrap();
    assert_eq!(events.next().unwrap().unwrap().job.as_deref(), Some("a/b"));
    assert_eq!(events.next().unwrap().unwrap().seq, 5);
    assert!(events.next().is_none());
    assert_eq!(events.last_seq(), Some(5));
    assert_eq!(server.seen()[0].header("last-event-id"), Some("3"));
}

#[test]
fn a_silent_or_flooding_stream_ends() {
    let server = Server::new(|_, stream| {
        stream.write_all(b"HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n").unwrap();
        std::thread::sleep(Duration::from_secs(2));
    });
    let mut events = client(&server, token()).events().open(&EventFilter::default()).unwrap();
    let error = events.next().unwrap().unwrap_err();
    assert!(matches!(error, ClientError::Transport { kind: TransportKind::Timeout, .. }), "{error:?}");
    assert!(events.next().is_none());

    let flood = format!("data: {}", "x".repeat(1 << 20));
    let server = Server::script(vec![answer(200, &[], flood)]);
    let mut events = client(&server, token()).events().open(&EventFilter::default()).unwrap();
    assert!(matches!(events.next().unwrap().unwrap_err(), ClientError::TooLarge { .. }));
}

#[test]
fn signing_in_gives_a_session() {
    let me = value!({
        "tenant_id": "ten_06esw8h6v1t2s47jb2xdbwvb4c", "tenant": "acme", "role": "owner", "memberships": []
    });
    let cookie = "crontopus_session=abc; Path=/; HttpOnly";
    let headers = [("set-cookie", "other=1"), ("set-cookie", cookie)];
    let server =
        Server::script(vec![answer(200, &headers, me.to_string()), answer(200, &[], me.to_string())]);
    let client = client(&server, Credential::None);
    let request = crontopus_api::SignIn { email: "a@b.example".into(), password: "pw".into(), code: None };
    let signed_in = client.auth().sign_in(&request).unwrap();
    assert!(matches!(signed_in.session, Credential::Session { cookie, .. } if cookie == "abc"));
    assert!(matches!(client.auth().sign_in(&request), Err(ClientError::Unexpected { .. })));
}

#[test]
fn secrets_are_not_printed() {
    let session = Credential::Session { cookie: "topsecret".into(), tenant: None };
    let printed = format!("{session:?} {:?}", Credential::Token("topsecret".into()));
    assert!(!printed.contains("topsecret"), "{printed}");
}
