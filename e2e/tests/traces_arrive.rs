//! A collector gets the spans of requests, batches, syncs and sweeps, a caller's trace goes on in ours, and
//! somebody outside hears that the service lives.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use crontopus_e2e::{Api, Checkout, HookReceiver, Server, tell_with, until};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use serde_json::{Value, json};

const JOB: &str = r#"
apiVersion: crontopus/v1
kind: Job
metadata: {name: slow}
spec:
  schedule: "0 2 * * *"
  maxRuntime: 1s
"#;

/// What came in: path, header lines, body.
type Received = Arc<Mutex<Vec<(String, String, Vec<u8>)>>>;

#[test]
fn at_a_collector() -> anyhow::Result<()> {
    tell_with(&["git"], traced)
}

#[test]
fn and_signs_of_life_at_a_listener() -> anyhow::Result<()> {
    tell_with(&[], || {
        let (address, received) = listen()?;
        let settings = format!("dead_man_url = \"http://{address}/ping/secret-key\"\nlog = \"debug\"");
        let mut server = Server::with_settings(&settings)?;
        until("a sign of life", Duration::from_secs(30), || {
            Ok(received
                .lock()
                .expect("no panic")
                .iter()
                .any(|(path, ..)| path == "/ping/secret-key")
                .then_some(()))
        })?;
        let log = server.stop()?;
        ensure!(!log.contains("secret-key"), "the address is a secret: {log}");
        Ok(())
    })
}

fn traced() -> anyhow::Result<()> {
    let (address, received) = listen()?;
    let mut server = Server::with_settings(&format!(
        "otlp_endpoint = \"http://{address}\"\notlp_headers = \"authorization=Bearer of-the-collector\"\n\
         alerts_allow_addresses = [\"127.0.0.1\"]"
    ))?;
    let api = Api::sign_up(&server, "acme")?;
    let checkout = Checkout::clone(&api.repository("jobs")?)?;
    checkout.write("ops/jobs.yaml", JOB)?;
    checkout.push_ok("A job")?;
    until("the monitor", Duration::from_secs(30), || {
        let monitors = api.read("/monitors")?;
        Ok(monitors["items"].as_array().filter(|items| !items.is_empty()).map(|_| ()))
    })?;
    let secrets = secret_things(&server, &api)?;
    let (status, body) = api.post("/check-ins", &json!({"monitor": "ops/slow", "kind": "start"}))?;
    ensure!(status == 200, "{body}");
    until("the run is given up", Duration::from_secs(60), || {
        let runs = api.read("/runs?status=timed_out")?;
        Ok(runs["items"].as_array().filter(|items| !items.is_empty()).map(|_| ()))
    })?;
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let given = format!("00-{trace}-00f067aa0ba902b7-01");
    let answer = ureq::get(format!("{}/livez", server.url)).header("traceparent", &given).call()?;
    let answered = answer.headers().get("traceparent").context("it is answered")?.to_str()?.to_owned();
    // The end sends what is left.
    server.stop()?;

    let (mut spans, mut bytes) = (Vec::new(), Vec::new());
    for (path, head, body) in received.lock().expect("no panic").iter() {
        ensure!(path == "/v1/traces" && head.contains("application/x-protobuf"), "{path}\n{head}");
        ensure!(
            head.contains("authorization: bearer of-the-collector"),
            "credentials of the collector: {head}"
        );
        bytes.extend_from_slice(body);
        let request = ExportTraceServiceRequest::decode(body.as_slice())?;
        for resource in request.resource_spans {
            let named = format!("{:?}", resource.resource);
            ensure!(named.contains("crontopus-server"), "{named}");
            spans.extend(resource.scope_spans.into_iter().flat_map(|scope| scope.spans));
        }
    }
    let names: Vec<_> = spans.iter().map(|span| span.name.as_str()).collect();
    for wanted in
        ["POST /api/v1/check-ins", "GET /act/{token}", "ingest.batch", "repository.sync", "sweep", "delivery"]
    {
        ensure!(names.contains(&wanted), "{wanted} is not among {names:?}");
    }
    ensure!(names.iter().any(|name| name.starts_with("GET /ping/{")), "{names:?}");
    let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    let is_continued = |span: &&Span| hex(&span.trace_id) == trace && span.name == "GET /livez";
    let span = spans.iter().find(is_continued).with_context(|| format!("{names:?}"))?;
    ensure!(hex(&span.parent_span_id) == "00f067aa0ba902b7", "{span:?}");
    ensure!(answered == format!("00-{trace}-{}-01", hex(&span.span_id)), "{answered}: {span:?}");
    // Protobuf has texts as they are: nothing of it is anywhere, be it a name, an attribute or an event.
    for secret in &secrets {
        let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        ensure!(!found, "`{secret}` is in what the collector got");
    }
    ensure!(spans.iter().all(|span| span.events.is_empty()), "lines of the log stay in the log");
    Ok(())
}

/// Everything happens that has a secret, or a name of the tenant's, in an address, a header or an answer: a ping, a
/// link in a message, a channel that is told and one that does not work.
fn secret_things(server: &Server, api: &Api) -> anyhow::Result<Vec<String>> {
    let (hook, broken) = (HookReceiver::start()?, listen()?);
    let made = |path: &str, body: &Value| -> anyhow::Result<Value> {
        let (status, answer) = api.post(path, body)?;
        ensure!(status < 300, "{path}: {status} {answer}");
        Ok(answer)
    };
    let secret_header = json!({"X-Key": "header-hunter2"});
    let url = format!("http://{}/address-hunter2", hook.address);
    made(
        "/channels",
        &json!({"name": "hook", "kind": "webhook", "settings": {"url": url, "headers": secret_header}}),
    )?;
    let url = format!("ftp://{}/", broken.0);
    let refused =
        api.post("/channels", &json!({"name": "odd", "kind": "webhook", "settings": {"url": url}}))?;
    ensure!(refused.0 == 422, "{refused:?}");
    let key =
        made("/integrations/healthchecks/key", &Value::Null)?["key"].as_str().context("a key")?.to_owned();
    let ping = format!("{}/ping/{key}/ops--slow/fail", server.url);
    until("the ping", Duration::from_secs(30), || {
        Ok(ureq::get(&ping).call().ok().filter(|answer| answer.status() == 200).map(drop))
    })?;
    let link = until("the message", Duration::from_secs(60), || {
        let link = |body: Value| body["incidents"][0]["links"]["acknowledge"].as_str().map(str::to_owned);
        Ok(hook.bodies().into_iter().find_map(link))
    })?;
    let (status, page) = api.page(&link, Some("GET"))?;
    ensure!(status == 200, "{status}: {page}");
    let token = link.rsplit('/').next().unwrap_or_default().to_owned();
    let words =
        ["header-hunter2", "address-hunter2", "of-the-collector", "owner@acme.example"].map(str::to_owned);
    Ok(words.into_iter().chain([api.token.clone(), key, token]).collect())
}

/// A small HTTP server that says 200 to everything and keeps it.
fn listen() -> anyhow::Result<(std::net::SocketAddr, Received)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let received = Received::default();
    let into = received.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let into = into.clone();
            std::thread::spawn(move || serve(stream, &into).ok());
        }
    });
    Ok((address, received))
}

fn serve(stream: TcpStream, into: &Received) -> anyhow::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head)? == 0 {
                return Ok(());
            }
        }
        let lower = head.to_ascii_lowercase();
        let length = lower.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        reader.read_exact(&mut body)?;
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        into.lock().expect("no panic").push((path, lower, body));
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")?;
    }
}
