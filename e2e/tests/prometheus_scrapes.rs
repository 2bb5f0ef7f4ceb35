//! A real Prometheus scrapes the service and a tenant and answers queries with what happened; `promtool`
//! finds nothing wrong with either text, nor with our rules; every panel's query is one.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use crontopus_e2e::{Api, Checkout, Running, Server, program, tell_with, until};
use serde_json::{Value, json};

const JOB: &str = r#"
apiVersion: crontopus/v1
kind: Job
metadata: {name: backup}
spec:
  schedule: "0 2 * * *"
---
apiVersion: crontopus/v1
kind: Job
metadata: {name: report}
spec:
  schedule: "0 3 * * *"
"#;

const INFRA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../infra");

#[test]
fn and_answers_with_what_happened() -> anyhow::Result<()> {
    tell_with(&["git", "prometheus", "promtool"], scraped)
}

#[test]
fn our_rules_hold() -> anyhow::Result<()> {
    tell_with(&["promtool"], || {
        for what in ["service", "tenant"] {
            promtool(&["check", "rules", &format!("{INFRA}/prometheus/{what}.rules.yml")], None)?;
            promtool(&["test", "rules", &format!("{INFRA}/prometheus/{what}.test.yml")], None)?;
        }
        let example = std::fs::read_to_string(format!("{INFRA}/prometheus/prometheus.example.yml"))?;
        let dir = tempfile::tempdir()?;
        let token = dir.path().join("token");
        std::fs::write(&token, "ctp_x")?;
        let example = example.replace("/etc/prometheus/crontopus.token", &token.display().to_string());
        let config = dir.path().join("prometheus.yml");
        std::fs::write(&config, example)?;
        for what in ["service", "tenant"] {
            let name = format!("{what}.rules.yml");
            std::fs::copy(format!("{INFRA}/prometheus/{name}"), dir.path().join(name))?;
        }
        promtool(&["check", "config", &config.display().to_string()], None)
    })
}

fn scraped() -> anyhow::Result<()> {
    let mut server = Server::with_settings("internal_listen = \"127.0.0.1:0\"")?;
    let internal = server.internal()?;
    let api = Api::sign_up(&server, "acme")?;
    let checkout = Checkout::clone(&api.repository("jobs")?)?;
    checkout.write("ops/jobs.yaml", JOB)?;
    checkout.push_ok("Two jobs")?;
    until("the monitors", Duration::from_secs(30), || {
        let monitors = api.read("/monitors")?;
        Ok(monitors["items"].as_array().filter(|items| items.len() == 2).map(|_| ()))
    })?;
    for (job, kind) in [("backup", "success"), ("backup", "success"), ("report", "fail")] {
        let (status, body) =
            api.post("/check-ins", &json!({"monitor": format!("ops/{job}"), "kind": kind}))?;
        ensure!(status == 200 && body["items"][0]["accepted"] != false, "{status}: {body}");
    }

    // Both texts, in the format that promtool reads.
    for (url, token) in
        [(format!("{internal}/metrics"), None), (format!("{}/api/v1/metrics", server.url), Some(&api.token))]
    {
        let text = fetch(&url, token.map(String::as_str))?;
        promtool(&["check", "metrics"], Some(&text)).with_context(|| text.clone())?;
    }

    let prometheus = Prometheus::start(&internal, &server.url, &api.token)?;
    let up =
        prometheus.wait("up", |found| found.len() == 2 && found.iter().all(|(_, value)| *value == 1.0))?;
    ensure!(up.len() == 2, "{up:?}");
    for (query, wanted) in [
        ("crontopus_ingest_check_ins_total{door=\"native\",outcome=\"accepted\"}", 3.0),
        ("crontopus_ingest_batch_check_ins_sum", 3.0),
        ("crontopus_repository_syncs_total{outcome=\"ok\"} > bool 0", 1.0),
        ("crontopus_build_info", 1.0),
        ("crontopus_monitor_up{namespace=\"ops\",name=\"backup\"}", 1.0),
        ("crontopus_monitor_up{namespace=\"ops\",name=\"report\"}", 0.0),
        ("crontopus_monitor_runs_total{name=\"backup\",status=\"succeeded\"}", 2.0),
        ("sum(crontopus_tenant_runs_total{status=\"failed\"})", 1.0),
        ("sum(crontopus_tenant_incidents_open)", 1.0),
        (
            "crontopus_monitor_status{name=\"report\"} and on (status) label_replace(vector(1), \"status\", \"failing\", \"\", \"\")",
            1.0,
        ),
        ("time() - crontopus_monitor_last_success_timestamp_seconds < bool 600", 1.0),
        ("sum(ALERTS{alertname=\"CrontopusJobFailing\",alertstate=\"firing\",name=\"report\"})", 1.0),
    ] {
        prometheus.wait(query, |found| found.len() == 1 && found[0].1 == wanted)?;
    }
    // What panels show of rates happens now that it is scraped.
    for kind in ["success", "fail"] {
        api.post("/check-ins", &json!({"monitor": "ops/report", "kind": kind, "duration_ms": 1_500}))?;
    }
    for board in ["service", "tenant"] {
        shows(&prometheus, board)?;
    }
    Ok(())
}

/// Every query of every panel answers with series, which have the labels that its legend names; so has each variable
/// values to choose from.
fn shows(prometheus: &Prometheus, board: &str) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(format!("{INFRA}/grafana/{board}.json"))?;
    let board: Value = serde_json::from_str(&text)?;
    let panels = board["panels"].as_array().context("panels")?;
    for panel in panels {
        for target in panel["targets"].as_array().into_iter().flatten() {
            let query = target["expr"].as_str().context("a query")?.replace("$namespace", ".*");
            let found = prometheus
                .wait(&query, |found| !found.is_empty())
                .with_context(|| format!("the panel {} shows nothing", panel["title"]))?;
            let legend = target["legendFormat"].as_str().unwrap_or_default();
            let labels = legend.split("{{").skip(1).filter_map(|part| Some(part.split_once("}}")?.0.trim()));
            for label in labels {
                // Who is pinged from anywhere has no host; its legend ends before it.
                let has = label == "host" || found.iter().all(|(labels, _)| labels[label].is_string());
                ensure!(has, "{}: `{query}` has no label {label}: {found:?}", panel["title"]);
            }
        }
    }
    for variable in board["templating"]["list"].as_array().into_iter().flatten() {
        let Some(query) = variable["definition"].as_str() else { continue };
        let values = query.strip_prefix("label_values(").and_then(|rest| rest.strip_suffix(')'));
        let (series, label) =
            values.and_then(|rest| rest.split_once(", ")).context("a question for values")?;
        let path = format!("{}/api/v1/label/{label}/values?match[]={}", prometheus.url, encoded(series));
        let answer: Value = serde_json::from_str(&fetch(&path, None)?)?;
        ensure!(answer["data"].as_array().is_some_and(|data| !data.is_empty()), "{query}: {answer}");
    }
    Ok(())
}

/// A real one, with our rules, scraping every second.
struct Prometheus {
    url: String,
    running: Running,
    _dir: tempfile::TempDir,
}

/// A series' labels and its value.
type Sample = (Value, f64);

impl Prometheus {
    fn start(internal: &str, public: &str, token: &str) -> anyhow::Result<Self> {
        let dir = tempfile::tempdir()?;
        let place = |url: &str| url.trim_start_matches("http://").to_owned();
        let config = json!({
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": [format!("{INFRA}/prometheus/service.rules.yml"), format!("{INFRA}/prometheus/tenant.rules.yml")],
            "scrape_configs": [
                {"job_name": "crontopus", "static_configs": [{"targets": [place(internal)]}]},
                {"job_name": "crontopus-tenant", "metrics_path": "/api/v1/metrics",
                 "authorization": {"credentials": token}, "static_configs": [{"targets": [place(public)]}]},
            ],
        });
        // JSON is YAML.
        let file = dir.path().join("prometheus.yml");
        std::fs::write(&file, config.to_string())?;
        // It does not tell which port it was given, hence one that is free now.
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = program("prometheus");
        command
            .arg(format!("--config.file={}", file.display()))
            .arg(format!("--storage.tsdb.path={}", dir.path().join("data").display()))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"));
        let mut running = Running::start("prometheus", &mut command)?;
        running.line("Server is ready to receive web requests")?;
        Ok(Self { url: format!("http://127.0.0.1:{port}"), running, _dir: dir })
    }

    fn ask(&self, query: &str) -> anyhow::Result<Vec<Sample>> {
        let text = fetch(&format!("{}/api/v1/query?query={}", self.url, encoded(query)), None)?;
        let answer: Value = serde_json::from_str(&text)?;
        ensure!(answer["status"] == "success", "{query}: {answer}");
        let found = answer["data"]["result"].as_array().cloned().unwrap_or_default();
        let sample = |s: Value| Some((s["metric"].clone(), s["value"][1].as_str()?.parse().ok()?));
        Ok(found.into_iter().filter_map(sample).collect())
    }

    fn wait(&self, query: &str, fits: impl Fn(&[Sample]) -> bool) -> anyhow::Result<Vec<Sample>> {
        let mut last = Vec::new();
        let found = until(query, Duration::from_secs(60), || {
            last = self.ask(query)?;
            Ok(fits(&last).then(|| last.clone()))
        });
        found.with_context(|| format!("last seen: {last:?}\n{}", self.running.log()))
    }
}

fn promtool(arguments: &[&str], input: Option<&str>) -> anyhow::Result<()> {
    let mut command = program("promtool");
    command.args(arguments).stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    command.stdin(std::process::Stdio::piped());
    let mut child = command.spawn()?;
    if let (Some(mut stdin), Some(input)) = (child.stdin.take(), input) {
        std::io::Write::write_all(&mut stdin, input.as_bytes())?;
    }
    let done = child.wait_with_output()?;
    let said = [done.stdout, done.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    ensure!(done.status.success(), "promtool {arguments:?}: {said}");
    Ok(())
}

fn fetch(url: &str, token: Option<&str>) -> anyhow::Result<String> {
    let mut request = ureq::get(url).header("accept", "text/plain;version=0.0.4");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let answer = request.config().http_status_as_error(false).build().call()?;
    let status = answer.status();
    let text = answer.into_body().into_with_config().limit(64 << 20).read_to_string()?;
    ensure!(status.is_success() || text.contains("\"status\""), "{url}: {status}: {text}");
    Ok(text)
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}
