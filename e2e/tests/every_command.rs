//! Every command of the command line, against a real server with real data, as a table and as JSON.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Stdio;
use std::sync::Mutex;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use crontopus_e2e::{Agent, Api, Checkout, Host, Server, program, tell, until};
use serde_json::{Value, json};

const REFERENCE: &str = include_str!("../../docs/cli.md");

const BACKUP: &str = "apiVersion: crontopus/v1\nkind: Job\nmetadata: {name: backup, labels: {team: data}}\nspec:\n  \
                      description: Dumps everything\n  schedule: \"0 2 * * *\"\n  timezone: Europe/Berlin\n";
const HELD: &str = "apiVersion: crontopus/v1\nkind: Job\nmetadata: {name: held}\nspec:\n  schedule: \"30 4 * * *\"\n  \
                    command: /bin/true\n  host: {selector: {role: db}}\n";

const ALERTS: &str = "apiVersion: crontopus/v1\nkind: Route\nmetadata: {name: data}\nspec:\n  selector: {team: data}\n  \
                      steps:\n    - channels: [pager]\n---\napiVersion: crontopus/v1\nkind: Maintenance\n\
                      metadata: {name: upgrade}\nspec:\n  selector: {role: db}\n  effect: silence\n  windows:\n    \
                      - {start: 2037-12-05T22:00, end: 2037-12-06T02:00, timezone: Europe/Berlin}\n";

/// The command line with a home of its own, and what of it was used.
struct Cli {
    home: tempfile::TempDir,
    used: Mutex<BTreeSet<String>>,
}

impl Cli {
    /// Runs a line that must succeed; what it wrote to standard output.
    fn run(&self, line: &str) -> anyhow::Result<String> {
        Ok(self.fed(line, "")?.0)
    }

    /// The same with something on its standard input; also what it wrote to standard error.
    fn fed(&self, line: &str, input: &str) -> anyhow::Result<(String, String)> {
        use std::io::Write as _;
        let arguments: Vec<String> = words(line);
        let named =
            arguments.iter().take_while(|word| word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'));
        let named: Vec<&str> = named.map(String::as_str).filter(|word| !word.starts_with('-')).collect();
        // `agents enroll-token create` is used by each of its shorter forms too.
        let forms = (1..=named.len()).map(|n| named[..n].join(" "));
        self.used.lock().expect("no test panics with it").extend(forms);
        let mut child = program("crontopus")
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("HOME", self.home.path())
            .env("CRONTOPUS_CONFIG_DIR", self.home.path().join("config"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .args(&arguments)
            .current_dir(self.home.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        child.stdin.take().context("a pipe")?.write_all(input.as_bytes())?;
        let done = child.wait_with_output()?;
        let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        ensure!(done.status.success(), "crontopus {line}: {}\n{out}{err}", done.status);
        Ok((out.into_owned(), err.into_owned()))
    }

    /// The table, or the sentence that says what was done, holds the words.
    fn table(&self, line: &str, words: &[&str]) -> anyhow::Result<()> {
        let (out, err) = self.fed(line, "")?;
        let text = out + &err;
        for word in words {
            ensure!(text.contains(word), "crontopus {line} says nothing of {word}:\n{text}");
        }
        Ok(())
    }

    /// The JSON of a command.
    fn json(&self, line: &str) -> anyhow::Result<Value> {
        let text = self.run(&format!("{line} --output json"))?;
        serde_json::from_str(&text).with_context(|| format!("crontopus {line} writes no JSON:\n{text}"))
    }

    /// Both ways: the table holds the words, the JSON the value at the pointer.
    fn both(&self, line: &str, words: &[&str], pointer: &str, value: &Value) -> anyhow::Result<Value> {
        self.table(line, words)?;
        let found = self.json(line)?;
        ensure!(
            found.pointer(pointer) == Some(value),
            "crontopus {line}: {pointer} is not {value}: {found:#}"
        );
        Ok(found)
    }
}

/// Words of a line; what stands between apostrophes is one.
fn words(line: &str) -> Vec<String> {
    let part = |(at, part): (usize, &str)| -> Vec<String> {
        if at % 2 == 1 { vec![part.to_owned()] } else { part.split_whitespace().map(str::to_owned).collect() }
    };
    line.split('\'').enumerate().flat_map(part).collect()
}

/// Commands that do something themselves.
fn commands() -> BTreeSet<String> {
    let sections = REFERENCE.split("\n## crontopus ").skip(1);
    let leaf = |section: &str| !section.contains("[OPTIONS] <COMMAND>");
    sections.filter(|s| leaf(s)).filter_map(|s| s.lines().next().map(str::to_owned)).collect()
}

#[test]
fn answers_from_a_real_server() -> anyhow::Result<()> {
    tell(story)
}

fn story() -> anyhow::Result<()> {
    let server = Server::start()?;
    let api = Api::sign_up(&server, "acme")?;
    let checkout = Checkout::clone(&api.repository("jobs")?)?;
    checkout.write("prod/backup.yaml", BACKUP)?;
    checkout.push_ok("Back up")?;
    checkout.write("prod/backup.yaml", &BACKUP.replace("0 2", "30 3"))?;
    checkout.write("ops/held.yaml", HELD)?;
    checkout.write("alerts.yaml", ALERTS)?;
    checkout.push_ok("Later, and hold")?;
    let host = Host::start()?;
    let agent = Agent::start(&host, &server, &api, "cron-d")?;
    until("a plan and a monitor of each job", Duration::from_secs(60), || {
        let agents = api.read("/agents")?;
        let id = agents["items"][0]["id"].as_str().unwrap_or_default().to_owned();
        let monitors = api.read("/monitors")?["items"].as_array().map_or(0, Vec::len);
        Ok((monitors == 2 && api.get(&format!("/agents/{id}/plan"))?.0 == 200).then_some(()))
    })
    .map_err(|e| e.context(agent.log()))?;

    let cli = Cli { home: tempfile::tempdir()?, used: Mutex::default() };
    signing_in(&cli, &server, &api)?;
    jobs(&cli)?;
    runs(&cli, &server)?;
    channels_and_routes(&cli)?;
    monitors_and_incidents(&cli)?;
    integrations(&cli, &server, &api)?;
    snoozes(&cli)?;
    agents(&cli)?;
    repositories(&cli)?;
    cli.table("usage", &["CHECK-INS", "monitors"])?;
    ensure!(cli.json("usage")?["meters"].as_array().is_some_and(|meters| !meters.is_empty()));
    tokens(&cli)?;
    without_a_server(&cli)?;
    cli.run("logout")?;
    ensure!(cli.run("whoami").is_err(), "nobody is signed in any more");

    let used = cli.used.lock().expect("no test panics with it");
    let left: Vec<String> = commands().into_iter().filter(|command| !used.contains(command)).collect();
    ensure!(left.is_empty(), "no story of {left:?}");
    Ok(())
}

fn signing_in(cli: &Cli, server: &Server, api: &Api) -> anyhow::Result<()> {
    let url = &server.url;
    let password = "six clocks in a quiet harbour\n";
    cli.fed(&format!("login --url {url} --email owner@acme.example --password-stdin --name main"), password)?;
    cli.both("whoami", &["owner@acme.example", "acme", "owner"], "/tenant", &json!("acme"))?;
    cli.fed(&format!("login --url {url} --token-stdin --name robot"), &api.token)?;
    cli.run(&format!("context add spare {url}"))?;
    cli.table("context list", &["main", "robot", "spare"])?;
    ensure!(cli.json("context list")?.to_string().contains("robot"));
    cli.run("context remove spare")?;
    cli.run("context use main")?;
    Ok(())
}

fn jobs(cli: &Cli) -> anyhow::Result<()> {
    let listed =
        cli.both("jobs list", &["prod/backup", "ops/held", "30 3 * * *"], "/0/namespace", &json!("ops"))?;
    ensure!(listed.as_array().is_some_and(|jobs| jobs.len() == 2), "{listed}");
    for (filter, name) in [
        ("--namespace prod", "backup"),
        ("--label team=data", "backup"),
        ("--query DUMPS", "backup"),
        ("--query DUMPS --sort next", "backup"),
        ("--status pending --namespace prod", "backup"),
        ("--namespace ops", "held"),
    ] {
        let found = cli.json(&format!("jobs list {filter}"))?;
        ensure!(found.as_array().is_some_and(|jobs| jobs.len() == 1), "{filter}: {found}");
        ensure!(found[0]["name"] == name, "{filter}: {found}");
    }
    cli.both("jobs show prod/backup", &["30 3 * * *", "Europe/Berlin"], "/schedule", &json!("30 3 * * *"))?;
    cli.table("jobs show prod/backup --manifest", &["kind: Job"])?;
    cli.both("jobs next prod/backup -n 2", &["03:30"], "/items/1/timezone", &json!("Europe/Berlin"))?;
    let history = cli.both(
        "jobs history prod/backup",
        &["Later, and hold", "Back up"],
        "/1/summary",
        &json!("Back up"),
    )?;
    let first = history[1]["commit"].as_str().context("a commit")?.to_owned();
    cli.both(&format!("jobs show prod/backup --commit {first}"), &["0 2 * * *"], "/commit", &json!(first))?;
    let later = json!("Later, and hold");
    cli.both("jobs blame prod/backup", &["30 3 * * *", "AUTHOR"], "/commits/0/summary", &later)?;
    cli.table("jobs diff prod/backup", &["-  schedule: \"0 2 * * *\"", "+  schedule: \"30 3 * * *\""])?;
    ensure!(cli.json("jobs diff prod/backup")?["from"] == json!(first));
    let agenda = cli.both("agenda -N prod", &["prod/backup"], "/items/0/jobs/0/name", &json!("backup"))?;
    ensure!(agenda["total"] == 1, "{agenda}");
    Ok(())
}

fn runs(cli: &Cli, server: &Server) -> anyhow::Result<()> {
    cli.run("checkin prod/backup --start --run-id r1 --host web1")?;
    cli.fed("checkin prod/backup --exit 3 --run-id r1 --output-stdin", "no space left\n")?;
    cli.run("checkin prod/backup --start --run-id r2")?;
    cli.run("checkin prod/backup --success --run-id r2 --duration 90s --message done")?;
    let failed =
        cli.both("runs list --status failed", &["prod/backup", "failed"], "/0/exit_status", &json!(3))?;
    let run = failed[0]["id"].as_str().context("an id")?.to_owned();
    ensure!(cli.json("runs list prod/backup --since 1h")?.as_array().is_some_and(|runs| runs.len() == 2));
    cli.both(&format!("runs show {run}"), &["failed", "3"], "/status", &json!("failed"))?;
    cli.both("runs show prod/backup", &["succeeded"], "/status", &json!("succeeded"))?;
    cli.table(&format!("runs output {run}"), &["no space left"])?;
    ensure!(cli.run(&format!("runs output {run} --raw"))? == "no space left\n");
    let watched = cli.run("runs list --status succeeded --output json")?;
    let good: Value = serde_json::from_str(&watched)?;
    cli.run(&format!("runs watch {}", good[0]["id"].as_str().context("an id")?))?;
    // By its own key, as a stranger's scheduler does.
    let monitors = cli.json("monitors list prod/backup")?;
    let monitor = monitors[0]["id"].as_str().context("an id")?;
    let key = cli.json(&format!("monitors key {monitor}"))?;
    let key = key["key"].as_str().context("a key")?;
    cli.run("checkin prod/backup --success --run-id r3 --metric rows=1200")?;
    let measured = cli.json("runs list prod/backup --status succeeded")?;
    ensure!(measured.to_string().contains(r#""rows":1200"#), "{measured}");
    cli.run(&format!("checkin {}/in/{key} --fail", server.url))?;
    cli.run(&format!("checkin {key} --key --log --message hello"))?;
    ensure!(cli.run("checkin prod/nothing --success").is_err(), "there is no such job");
    cli.both("checkins rejected", &["prod/nothing", "native"], "/0/target", &json!("prod/nothing"))?;
    cli.table("jobs stats prod/backup", &["prod/backup", "Success rate"])?;
    ensure!(cli.json("jobs stats prod/backup --days 7")?.is_object());
    Ok(())
}

fn channels_and_routes(cli: &Cli) -> anyhow::Result<()> {
    // Nothing listens there, and the service speaks to no address of its own machine.
    cli.table("channels create pager webhook --setting url=http://127.0.0.1:9/hook", &["pager"])?;
    cli.run("channels create spare webhook --setting url=http://127.0.0.1:9/spare")?;
    let listed = cli.both("channels list", &["pager", "spare", "webhook"], "/0/name", &json!("pager"))?;
    ensure!(listed.as_array().is_some_and(|channels| channels.len() == 2), "{listed}");
    cli.both("channels show pager", &["webhook"], "/kind", &json!("webhook"))?;
    cli.run("channels update spare --name second --default true")?;
    ensure!(cli.json("channels show second")?["default"] == true);
    cli.run("channels disable second")?;
    cli.run("channels enable second")?;
    let told = cli.run("channels test pager").err().map(|e| format!("{e:#}")).unwrap_or_default();
    ensure!(told.contains("127.0.0.1"), "the test says why it was not sent: {told}");
    cli.run("channels delete second --yes").or_else(|_| cli.run("channels delete second"))?;
    ensure!(cli.json("channels list")?.as_array().is_some_and(|channels| channels.len() == 1));
    cli.both("routes list", &["data"], "/0/name", &json!("data"))?;
    cli.table("routes show data", &["kind: Route", "pager"])?;
    cli.table("routes test prod/backup --severity critical", &["data", "pager"])?;
    ensure!(cli.json("routes test prod/backup")?.to_string().contains("pager"));
    cli.table("deliveries list", &["pager"])?;
    ensure!(cli.json("deliveries list --channel pager")?.is_array());
    cli.table("deliveries queue", &[])?;
    ensure!(cli.json("deliveries queue")?.is_object());
    cli.both("maintenance list", &["upgrade"], "/0/name", &json!("upgrade"))?;
    Ok(())
}

fn integrations(cli: &Cli, server: &Server, api: &Api) -> anyhow::Result<()> {
    let made = cli.json("integrations rotate healthchecks")?;
    let key = made["key"].as_str().context("a key")?;
    cli.both("integrations list", &["healthchecks", "sentry"], "/0/kind", &json!("healthchecks"))?;
    let (status, _) = api.page(&format!("{}/ping/{key}/night-shift?create=1", server.url), None)?;
    ensure!(matches!(status, 200 | 201), "the ping is answered with {status}");
    until("what is not declared is listed", Duration::from_secs(20), || {
        Ok(cli.json("discovered list")?.to_string().contains("night-shift").then_some(()))
    })?;
    cli.table("discovered list", &["night-shift", "healthchecks"])?;
    cli.table("discovered show night-shift", &["kind: Job", "night-shift"])?;
    cli.run("discovered ignore night-shift")?;
    ensure!(!cli.json("discovered list")?.to_string().contains("night-shift"));
    cli.run("discovered ignore night-shift --undo")?;
    cli.run("integrations revoke healthchecks")?;
    let (status, _) = api.page(&format!("{}/ping/{key}/night-shift", server.url), None)?;
    ensure!(status == 404, "a key that was taken away is unknown: {status}");
    Ok(())
}

fn snoozes(cli: &Cli) -> anyhow::Result<()> {
    let monitor = cli.json("monitors list prod/backup")?[0]["id"].as_str().context("an id")?.to_owned();
    let agent = cli.json("agents list")?[0]["name"].as_str().context("a name")?.to_owned();
    cli.run(&format!("snooze monitor {monitor} --for 2h --reason upgrade"))?;
    cli.run(&format!("snooze agent {agent} --for 30m"))?;
    cli.run("snooze label team=data")?;
    let listed = cli.json("snooze list")?;
    ensure!(listed.as_array().is_some_and(|silences| silences.len() == 3), "{listed}");
    cli.table("snooze list", &["team=data", "upgrade"])?;
    cli.run(&format!("snooze end {}", listed[0]["id"].as_str().context("an id")?))?;
    ensure!(cli.json("snooze list")?.as_array().is_some_and(|silences| silences.len() == 2));
    Ok(())
}

fn monitors_and_incidents(cli: &Cli) -> anyhow::Result<()> {
    let monitors = cli.both("monitors list", &["prod/backup"], "/1/name", &json!("backup"))?;
    let id = monitors[1]["id"].as_str().context("an id")?.to_owned();
    cli.both(&format!("monitors show {id}"), &["prod/backup"], "/id", &json!(id))?;
    ensure!(cli.json("monitors list --status failing")?.as_array().is_some_and(|m| m.len() == 1));
    ensure!(cli.json(&format!("monitors pause {id}"))?.to_string().contains("paused"));
    cli.table(&format!("monitors resume {id}"), &["prod/backup"])?;

    let incidents = cli.both("incidents list", &["prod/backup"], "/0/state", &json!("open"))?;
    let id = incidents[0]["id"].as_str().context("an id")?.to_owned();
    cli.both(&format!("incidents show {id}"), &["prod/backup"], "/id", &json!(id))?;
    cli.run(&format!("incidents snooze {id} --for 2h --reason 'known for days'"))?;
    cli.run(&format!("incidents ack {id}"))?;
    ensure!(cli.json(&format!("incidents show {id}"))?["state"] == "acknowledged");
    cli.run(&format!("incidents resolve {id}"))?;
    cli.run(&format!("incidents note {id} 'the disk was full'"))?;
    let shown = cli.json(&format!("incidents show {id}"))?;
    let noted = |event: &Value| event["kind"] == "note" && event["note"] == "the disk was full";
    ensure!(shown["events"].as_array().is_some_and(|events| events.iter().any(noted)), "{shown}");
    ensure!(cli.json(&format!("incidents show {id}"))?["state"] == "resolved");
    Ok(())
}

fn agents(cli: &Cli) -> anyhow::Result<()> {
    let agents = cli.both("agents list", &["online"], "/0/state", &json!("online"))?;
    let name = agents[0]["name"].as_str().context("a name")?.to_owned();
    let own = agents[0]["id"].as_str().context("an id")?.to_owned();
    cli.both(&format!("agents show {name}"), &[&name, "debian-cron"], "/name", &json!(name))?;
    cli.table(&format!("agents plan {name}"), &["ops/held"])?;
    ensure!(cli.json(&format!("agents plan {name}"))?["steps"].is_array());
    cli.run(&format!("agents label {name} tier=gold"))?;
    ensure!(cli.json(&format!("agents show {name}"))?["labels"]["tier"] == "gold");
    cli.run(&format!("agents sync {name}"))?;
    // Nothing waits to be confirmed or approved: the command asks, and says what the server says.
    for (command, said) in [("confirm", "waits for nothing"), ("approve", "")] {
        let told = cli.run(&format!("agents {command} {name}"));
        let text = told.err().map(|e| format!("{e:#}")).unwrap_or_default();
        ensure!(text.contains(said), "agents {command}: {text}");
    }
    cli.table("agents enroll-token --label role=web", &["crontopus-agent enroll"])?;
    let made = cli.json("agents enroll-token create --uses 2 --expires 1h --approval")?;
    let id = made.pointer("/enroll_token/id").and_then(Value::as_str).context("an id")?.to_owned();
    cli.table("agents enroll-token list", &[&id])?;
    cli.run(&format!("agents enroll-token revoke {id}"))?;
    ensure!(!cli.json("agents enroll-token list")?.to_string().contains(&id));
    cli.run(&format!("agents revoke {name} --yes"))?;
    // Its name is free for another host from now on.
    ensure!(cli.json(&format!("agents show {own}"))?["state"] == "revoked");
    Ok(())
}

fn repositories(cli: &Cli) -> anyhow::Result<()> {
    cli.both("repo list", &["jobs"], "/0/name", &json!("jobs"))?;
    cli.table("repo status jobs", &["Later, and hold"])?;
    ensure!(cli.json("repo status jobs")?.to_string().contains("Later, and hold"));
    cli.run("repo sync jobs")?;
    cli.run("repo clone jobs work")?;
    ensure!(cli.home.path().join("work/prod/backup.yaml").is_file(), "a clone holds the manifests");
    cli.run("repo connect second --branch trunk")?;
    ensure!(cli.json("repo status second")?.to_string().contains("trunk"));

    cli.run("repo connect mirror https://git.crontopus.example/acme/jobs.git")?;
    cli.table("repo webhook show mirror", &["/hooks/", "repo webhook rotate"])?;
    let made = cli.json("repo webhook rotate mirror")?;
    let secret = made["secret"].as_str().context("a secret, once")?;
    let shown = cli.json("repo webhook show mirror")?;
    ensure!(shown["active"] == true && !shown.to_string().contains(secret), "{shown}");
    cli.run("repo webhook delete mirror")?;
    ensure!(cli.json("repo webhook show mirror")?["active"] == false);
    Ok(())
}

fn tokens(cli: &Cli) -> anyhow::Result<()> {
    cli.table("tokens create ci --scope jobs:read --expires 30", &["ctp_"])?;
    let made = cli.json("tokens create other --scope runs:read --scope jobs:read")?;
    let id = made.pointer("/token/id").and_then(Value::as_str).context("an id")?.to_owned();
    cli.table("tokens list", &["ci", "jobs:read"])?;
    cli.run(&format!("tokens revoke {id}"))?;
    ensure!(!cli.json("tokens list")?.to_string().contains(&id));
    Ok(())
}

fn without_a_server(cli: &Cli) -> anyhow::Result<()> {
    let work = Path::new("work").display().to_string();
    cli.both(&format!("jobs list --dir {work}"), &["prod/backup"], "/1/name", &json!("backup"))?;
    cli.run(&format!("manifest validate --dir {work}"))?;
    ensure!(cli.json(&format!("manifest validate --dir {work}"))?["ok"] == true);
    ensure!(cli.json("manifest schema")?["$defs"].is_object());
    cli.table("manifest new nightly", &["kind: Job", "nightly"])?;
    cli.table("manifest explain spec.schedule", &["cron"])?;
    cli.both("schedule next '@daily' --count 1", &["00:00:00"], "/timezone", &json!("UTC"))?;
    cli.both("schedule explain '0 2 * * 1'", &["Monday"], "/timezone", &json!("UTC"))?;
    cli.both(
        "schedule render '0 2 * * *' --profile systemd",
        &["OnCalendar="],
        "/profile",
        &json!("systemd"),
    )?;
    std::fs::write(cli.home.path().join("crontab"), "17 3 * * * /usr/bin/backup --all\n")?;
    cli.table("import crontab crontab", &["17 3 * * *", "/usr/bin/backup"])?;
    cli.table("completions bash", &["crontopus"])?;
    Ok(())
}
