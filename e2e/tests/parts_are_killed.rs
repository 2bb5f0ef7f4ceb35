//! Parts are killed on the spot and come back: nothing that was answered is lost, nothing runs twice,
//! nothing is missed that took place.

use std::time::Duration;

use crontopus_e2e::{Agent, Api, Checkout, Host, Server, tell, until};

const MANIFEST: &str = r#"
apiVersion: crontopus/v1
kind: Job
metadata: {name: tick}
spec:
  schedule: "* * * * *"
  command: /bin/date
  host: {selector: {role: db}}
"#;

#[test]
fn and_nothing_is_lost() -> anyhow::Result<()> {
    tell(story)
}

fn story() -> anyhow::Result<()> {
    let mut server = Server::start()?;
    let api = Api::sign_up(&server, "acme")?;
    let checkout = Checkout::clone(&api.repository("jobs")?)?;
    let host = Host::start()?;
    let mut agent = Agent::start(&host, &server, &api, "cron-d")?;
    checkout.write("ops/tick.yaml", MANIFEST)?;
    checkout.push_ok("Tick")?;
    until("the line", Duration::from_secs(30), || Ok(host.entries()?.contains("ops/tick").then_some(())))
        .map_err(|e| e.context(agent.log()))?;

    // While both are away cron goes on, and the wrapper spools.
    agent.kill()?;
    server.kill()?;
    let _cron = host.cron()?;
    until("a record in the spool", Duration::from_secs(100), || {
        let ended = std::fs::read_dir(agent.file("spool"))?
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .any(|name| name.contains(".end."));
        Ok(ended.then_some(()))
    })?;
    server.restart()?;
    agent.run(&host)?;
    let run = until("the spooled run", Duration::from_secs(60), || {
        let runs = api.read("/runs?job=ops%2Ftick&status=succeeded")?;
        Ok(runs["items"].as_array().and_then(|items| items.last()).cloned())
    })
    .map_err(|e| e.context(agent.log()).context(server.log()))?;
    anyhow::ensure!(run["started_at"].is_string() && run["exit_status"] == 0, "{run}");
    let spool_is_empty = || Ok((std::fs::read_dir(agent.file("spool"))?.count() == 0).then_some(()));
    until("an empty spool", Duration::from_secs(60), spool_is_empty)?;

    // Drift: somebody deletes the entry while the agent is away.
    agent.kill()?;
    host.sh("rm -f /etc/cron.d/crontopus-*")?;
    agent.run(&host)?;
    until("the entry again", Duration::from_secs(30), || {
        Ok(host.entries()?.contains("ops/tick").then_some(()))
    })
    .map_err(|e| e.context(agent.log()))?;
    Ok(())
}
