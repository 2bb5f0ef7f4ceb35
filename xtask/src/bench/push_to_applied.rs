//! `bench push-to-applied`: from `git push` to the line in the host's crontab.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::host::Host;
use super::report::{Report, Row, millis, quantile};
use super::service;
use crate::progress::step;
use crate::{interrupt, process};

const PUSHES: usize = 40;
/// Long enough for the agent's poll, so that a lost wake-up shows as a slow push instead of ending the run.
const PATIENCE: Duration = Duration::from_secs(90);

/// Builds what is shipped, then changes one job again and again.
pub(super) fn run(root: &Path) -> Result<Report> {
    let release = service::build(root, "release", &["crontopus-server", "crontopus-load"])?;
    let small = service::build(root, "small", &["crontopus-agent", "crontopus-run"])?;
    let dir = service::scratch(root)?;
    let (_server, tenant) = service::start(&release, dir.path(), "server", &[])?;
    let mut host = Host::new(&small)?;
    host.enroll(&tenant, "user-crontab")?;
    host.start_agent()?;
    let clone = dir.path().join("clone");
    fs::create_dir_all(clone.join("bench"))?;

    step(format!("{PUSHES} pushes, each moving one job to another minute"));
    let (mut accepted, mut applied) = (Vec::new(), Vec::new());
    for number in 0..PUSHES {
        let schedule = format!("{} {} * * *", number % 60, number % 24);
        fs::write(clone.join("bench/job.yaml"), job(&schedule))?;
        tenant.commit(&clone, &schedule)?;
        let start = Instant::now();
        tenant.push_commits(&clone)?;
        let pushed = start.elapsed();
        let stands = wait_for_line(&host, &schedule, start)?;
        // The first one clones the repository and installs; it is not what is measured.
        if number > 0 {
            accepted.push(pushed);
            applied.push(stands);
        }
    }
    let git = bare_push(dir.path())?;
    Ok(report(&mut accepted, &mut applied, git))
}

fn report(accepted: &mut [Duration], applied: &mut [Duration], git: Duration) -> Report {
    let mut report = Report::new("push-to-applied");
    for (name, share, target) in
        [("median", 0.5, Duration::from_millis(500)), ("p99", 0.99, Duration::from_millis(1_500))]
    {
        let measured = quantile(applied, share);
        report.add(Row {
            figure: format!("line stands, {name}"),
            measured: millis(measured),
            target: Some((format!("< {} ms", target.as_millis()), measured < target)),
            against: Some((
                format!("git push to a directory, median {}", millis(git)),
                measured.as_secs_f64() / git.as_secs_f64(),
            )),
        });
    }
    report.add(Row {
        figure: "push accepted with its plan, median".to_owned(),
        measured: millis(quantile(accepted, 0.5)),
        target: None,
        against: None,
    });
    report
}

fn job(schedule: &str) -> String {
    format!(
        "apiVersion: crontopus/v1\nkind: Job\nmetadata: {{name: job}}\nspec:\n  schedule: \"{schedule}\"\n  \
         command: /bin/true\n  host: {{selector: {{role: bench}}}}\n"
    )
}

fn wait_for_line(host: &Host, schedule: &str, start: Instant) -> Result<Duration> {
    let crontab = host.path("/var/spool/cron/crontabs/root");
    let line = format!("\n{schedule} ");
    loop {
        if fs::read_to_string(&crontab).is_ok_and(|text| text.contains(&line)) {
            return Ok(start.elapsed());
        }
        if interrupt::requested() {
            return Err(process::interrupted());
        }
        if start.elapsed() > PATIENCE {
            bail!(
                "the line did not come within {} s; the agent wrote:\n{}",
                PATIENCE.as_secs(),
                host.agent_log()
            );
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// What git itself takes to push a commit to a bare repository on the same disk, at the median.
fn bare_push(dir: &Path) -> Result<Duration> {
    step("the same pushes to a bare repository");
    let (bare, clone) = (dir.join("bare.git"), dir.join("bare-clone"));
    let git = |at: &Path, arguments: &[&str]| process::read(crate::tenant::git(at).args(arguments)).map(drop);
    fs::create_dir_all(clone.join("bench"))?;
    git(dir, &["init", "--quiet", "--bare", "bare.git"])?;
    git(&clone, &["init", "--quiet", "--initial-branch=main"])?;
    let mut samples = Vec::new();
    for number in 0..PUSHES / 2 {
        fs::write(clone.join("bench/job.yaml"), job(&format!("{number} * * * *")))?;
        git(&clone, &["add", "--all"])?;
        git(&clone, &["commit", "--quiet", "--message=Change"])?;
        let start = Instant::now();
        git(&clone, &["push", "--quiet", &bare.to_string_lossy(), "main"])?;
        samples.push(start.elapsed());
    }
    Ok(quantile(&mut samples, 0.5))
}
