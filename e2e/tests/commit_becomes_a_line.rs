//! The main story: a manifest is pushed with plain `git`, its line stands in a real crontab, a real cron
//! starts it, and the run is seen. Then the manifest goes, and the line with it.

use std::time::Duration;

use crontopus_e2e::{Agent, Api, Checkout, Database, Host, Server, tell, until};

const SOON: Duration = Duration::from_secs(30);
/// A cron looks once a minute.
const A_MINUTE_AND_SOME: Duration = Duration::from_secs(100);

const GREETING: &str = r#"
apiVersion: crontopus/v1
kind: Job
metadata: {name: greeting}
spec:
  schedule: "* * * * *"
  command: /bin/echo
  args: ["100% of \"it\"", "$HOME", "two\nlines"]
  host: {selector: {role: db}}
"#;

const FAILING: &str = r#"
apiVersion: crontopus/v1
kind: Job
metadata: {name: failing}
spec:
  schedule: "* * * * *"
  command: "printf 'a\\tb\\033[31mred\\000\\377'; exit 3"
  shell: true
  host: {selector: {role: db}}
"#;

fn story(scheduler: &str, database: Option<String>) -> anyhow::Result<()> {
    let server = Server::with_database(database)?;
    let api = Api::sign_up(&server, "acme")?;
    let checkout = Checkout::clone(&api.repository("jobs")?)?;
    let host = Host::start()?;
    host.sh("printf '# foreign\\n17 3 * * * echo \"100\\%%\" \\n' | crontab -")?;
    let before = host.sh("crontab -l")?.stdout;
    let mut agent = Agent::start(&host, &server, &api, scheduler)?;
    let _cron = host.cron()?;

    checkout.write("production/greeting.yaml", GREETING)?;
    checkout.write("production/failing.yaml", FAILING)?;
    let said = checkout.push_ok("Greet each minute")?;
    anyhow::ensure!(said.contains("production/greeting"), "the push shows the plan:\n{said}");
    until("both lines", SOON, || {
        let entries = host.entries()?;
        Ok((entries.contains("crontopus-run production/greeting") && entries.contains("production/failing"))
            .then_some(()))
    })
    .map_err(|e| e.context(agent.log()))?;

    let failed = until("a failed run", A_MINUTE_AND_SOME, || first_run(&api, "production/failing", "failed"))
        .map_err(|e| e.context(agent.log()))?;
    anyhow::ensure!(failed["exit_status"] == 3, "{failed}");
    anyhow::ensure!(failed["duration_ms"].as_i64().is_some(), "{failed}");
    let output = api.output(failed["id"].as_str().unwrap_or_default())?;
    anyhow::ensure!(output == b"a\tb\x1b[31mred\0\xff", "{output:?}");

    let good =
        until("a good run", A_MINUTE_AND_SOME, || first_run(&api, "production/greeting", "succeeded"))?;
    let output = api.output(good["id"].as_str().unwrap_or_default())?;
    anyhow::ensure!(output == b"100% of \"it\" $HOME two\nlines\n", "{}", String::from_utf8_lossy(&output));
    let incidents = api.read("/incidents?state=open")?;
    anyhow::ensure!(incidents["items"].to_string().contains("failing"), "{incidents}");

    checkout.remove("production/greeting.yaml")?;
    checkout.push_ok("Greet no more")?;
    until("the line to go", SOON, || Ok((!host.entries()?.contains("greeting")).then_some(())))?;
    agent.stop()?;
    let done = agent.command(&host).args(["uninstall", "--remove"]).output()?;
    anyhow::ensure!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    anyhow::ensure!(
        host.sh("crontab -l")?.stdout == before,
        "the foreign crontab is byte for byte as before"
    );
    anyhow::ensure!(!host.entries()?.contains("crontopus"));
    Ok(())
}

/// The newest run of a job with a status.
fn first_run(api: &Api, job: &str, status: &str) -> anyhow::Result<Option<serde_json::Value>> {
    let runs = api.read(&format!("/runs?job={}&status={status}", job.replace('/', "%2F")))?;
    Ok(runs["items"].as_array().and_then(|items| items.first()).cloned())
}

#[test]
fn in_cron_d() -> anyhow::Result<()> {
    tell(|| story("cron-d", None))
}

#[test]
fn in_a_user_crontab() -> anyhow::Result<()> {
    tell(|| story("user-crontab", None))
}

#[test]
fn in_cron_d_of_a_server_on_postgresql() -> anyhow::Result<()> {
    tell(|| match Database::create()? {
        Some(database) => story("cron-d", Some(database.url()?)),
        None => Ok(()),
    })
}
