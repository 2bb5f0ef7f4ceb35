//! An invalid manifest is refused at the push, with every problem on the pusher's terminal, and the job that
//! works stays on the host.

use std::time::Duration;

use crontopus_e2e::{Agent, Api, Checkout, Host, Server, tell, until};

const GOOD: &str = r#"
apiVersion: crontopus/v1
kind: Job
metadata: {name: backup}
spec:
  schedule: "0 2 * * *"
  command: /bin/true
  host: {selector: {role: db}}
"#;

#[test]
fn is_refused_at_the_push() -> anyhow::Result<()> {
    tell(story)
}

fn story() -> anyhow::Result<()> {
    let server = Server::start()?;
    let api = Api::sign_up(&server, "acme")?;
    let checkout = Checkout::clone(&api.repository("jobs")?)?;
    let host = Host::start()?;
    let agent = Agent::start(&host, &server, &api, "cron-d")?;
    checkout.write("prod/backup.yaml", GOOD)?;
    checkout.push_ok("Back up")?;
    let has_line = || Ok(host.entries()?.contains("crontopus-run prod/backup").then_some(()));
    until("the line", Duration::from_secs(30), has_line).map_err(|e| e.context(agent.log()))?;

    checkout
        .write("prod/backup.yaml", &GOOD.replace("0 2 * * *", "0 25 * * *").replace("command:", "comand:"))?;
    let (accepted, said) = checkout.push("Break it")?;
    anyhow::ensure!(!accepted, "the push is refused");
    for part in ["prod/backup.yaml:6:", "prod/backup.yaml:7:", "comand", "command"] {
        anyhow::ensure!(said.contains(part), "`{part}` is said:\n{said}");
    }
    anyhow::ensure!(has_line()?.is_some(), "the job that works stays");
    let job = api.read("/jobs/prod/backup")?;
    anyhow::ensure!(job["manifest"].as_str().is_some_and(|text| text.contains("0 2 * * *")), "{job}");
    Ok(())
}
