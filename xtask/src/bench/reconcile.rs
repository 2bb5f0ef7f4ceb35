//! `bench reconcile`: what an agent costs its host.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::host::Host;
use super::report::{Report, Row, millis, quantile};
use super::{service, usage};
use crate::progress::step;
use crate::tenant::Tenant;
use crate::{interrupt, process};

const MANY: usize = 10_000;
const SOME: usize = 1_000;
const PLANS: usize = 20;
const CHANGES: usize = 10;
/// How long an idle agent is looked at: several heartbeats and a look for drift.
const IDLE: Duration = Duration::from_secs(70);
/// The first application of all jobs.
const PATIENCE: Duration = Duration::from_secs(300);

/// Builds what is shipped and measures an agent with 1,000 jobs, then with 10,000.
pub(super) fn run(root: &Path) -> Result<Report> {
    let release = service::build(root, "release", &["crontopus-server", "crontopus-load"])?;
    let small = service::build(root, "small", &["crontopus-agent", "crontopus-run"])?;
    let dir = service::scratch(root)?;
    let (_server, tenant) = service::start(&release, dir.path(), "server", &[])?;
    let clone = dir.path().join("clone");
    fs::create_dir_all(clone.join("bench"))?;
    let mut host = Host::new(&small)?;
    host.enroll(&tenant, "cron-d")?;
    let mut report = Report::new("reconcile");

    step(format!("{SOME} jobs, then {} s of rest", IDLE.as_secs()));
    push_jobs(&tenant, &clone, 0..SOME)?;
    let agent = host.start_agent()?;
    wait_for_entries(&host, SOME)?;
    std::thread::sleep(Duration::from_secs(5));
    let before = usage::processor_time(agent)?;
    rest(IDLE)?;
    let idle = (usage::processor_time(agent)? - before).as_secs_f64() / IDLE.as_secs_f64() * 100.0;
    report.add(Row {
        figure: format!("processor time at rest, {SOME} jobs"),
        measured: format!("{idle:.2} % of a core"),
        target: Some(("< 0.1 %".to_owned(), idle < 0.1)),
        against: None,
    });
    let resident = usage::peak_resident_kib(agent).unwrap_or(0);
    report.add(Row {
        figure: format!("resident memory with {SOME} jobs, peak"),
        measured: format!("{:.1} MB", resident as f64 / 1024.0),
        target: Some(("< 15 MB".to_owned(), resident < 15 * 1024)),
        against: None,
    });

    step(format!("{MANY} jobs"));
    push_jobs(&tenant, &clone, SOME..MANY)?;
    wait_for_entries(&host, MANY)?;
    changes(&tenant, &clone, &host, &mut report)?;
    plans(&host, &mut report)?;
    let size = fs::metadata(small.join("crontopus-agent"))?.len();
    report.add(Row {
        figure: "binary".to_owned(),
        measured: format!("{:.1} MB", size as f64 / 1e6),
        target: Some(("< 8 MB".to_owned(), size < 8_000_000)),
        against: None,
    });
    Ok(report)
}

/// A plan that finds nothing to do: the program's start, all entries and spec files read, everything compared.
fn plans(host: &Host, report: &mut Report) -> Result<()> {
    // The entry of the last change stands before the agent has written down that it does.
    wait(|| process::read(host.agent("plan").args(["--offline", "--exit-code"])).is_ok(), host)?;
    step(format!("{PLANS} plans with nothing to change"));
    let mut samples = Vec::new();
    for _ in 0..PLANS {
        let start = Instant::now();
        process::read(host.agent("plan").args(["--offline", "--exit-code"]))?;
        samples.push(start.elapsed());
    }
    let median = quantile(&mut samples, 0.5);
    let reading = read_all(&host.path("/etc/cron.d"))?;
    report.add(Row {
        figure: format!("nothing to change, {MANY} jobs, median"),
        measured: millis(median),
        target: Some(("< 100 ms".to_owned(), median < Duration::from_millis(100))),
        against: Some((
            format!("reading the {MANY} entries {}", millis(reading)),
            median.as_secs_f64() / reading.as_secs_f64(),
        )),
    });
    Ok(())
}

/// One job changed: from the accepted push to the entry, hence with the server's sync and the wake-up.
fn changes(tenant: &Tenant, clone: &Path, host: &Host, report: &mut Report) -> Result<()> {
    step(format!("{CHANGES} changes of one job"));
    let mut samples = Vec::new();
    for number in 0..CHANGES {
        let schedule = format!("{} 23 1 1 *", number + 1);
        fs::write(clone.join("bench/job-0.yaml"), job(0, &schedule))?;
        tenant.commit(clone, &schedule)?;
        tenant.push_commits(clone)?;
        let start = Instant::now();
        let entry = host.path("/etc/cron.d/crontopus-bench_job-0");
        let line = format!("\n{schedule} ");
        wait(|| fs::read_to_string(&entry).is_ok_and(|text| text.contains(&line)), host)?;
        samples.push(start.elapsed());
    }
    let median = quantile(&mut samples, 0.5);
    report.add(Row {
        figure: format!("one of {MANY} jobs changed, accepted push to entry, median"),
        measured: millis(median),
        target: Some(("< 200 ms".to_owned(), median < Duration::from_millis(200))),
        against: None,
    });
    Ok(())
}

fn push_jobs(tenant: &Tenant, clone: &Path, numbers: std::ops::Range<usize>) -> Result<()> {
    for number in numbers {
        let schedule = format!("{} {} * * *", number % 60, number / 60 % 24);
        fs::write(clone.join(format!("bench/job-{number}.yaml")), job(number, &schedule))?;
    }
    tenant.push(clone, "Jobs")
}

fn job(number: usize, schedule: &str) -> String {
    format!(
        "apiVersion: crontopus/v1\nkind: Job\nmetadata: {{name: job-{number}}}\nspec:\n  \
         schedule: \"{schedule}\"\n  command: /bin/true\n  host: {{selector: {{role: bench}}}}\n"
    )
}

fn wait_for_entries(host: &Host, jobs: usize) -> Result<()> {
    let dir = host.path("/etc/cron.d");
    let entries = || {
        let names = fs::read_dir(&dir).into_iter().flatten().flatten();
        names.filter(|entry| entry.file_name().as_encoded_bytes().starts_with(b"crontopus-")).count()
    };
    wait(|| entries() >= jobs, host)
}

fn wait(mut ready: impl FnMut() -> bool, host: &Host) -> Result<()> {
    let start = Instant::now();
    while !ready() {
        if interrupt::requested() {
            return Err(process::interrupted());
        }
        if start.elapsed() > PATIENCE {
            bail!("nothing came within {} s; the agent wrote:\n{}", PATIENCE.as_secs(), host.agent_log());
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

fn rest(time: Duration) -> Result<()> {
    let start = Instant::now();
    while start.elapsed() < time {
        if interrupt::requested() {
            return Err(process::interrupted());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

/// What it takes to read every file of a directory once.
fn read_all(dir: &Path) -> Result<Duration> {
    let start = Instant::now();
    for entry in fs::read_dir(dir)? {
        fs::read(entry?.path())?;
    }
    Ok(start.elapsed())
}
