//! Values a server would give.

use std::collections::BTreeMap;

use crontopus_api::*;
use crontopus_ids::*;
use jiff::Timestamp;

/// An instant by its distance from what every test takes for the present.
pub(crate) fn minutes(from_now: i64) -> Timestamp {
    let now: Timestamp = super::NOW.parse().unwrap();
    now + jiff::SignedDuration::from_mins(from_now)
}

pub(crate) fn labels(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

pub(crate) fn me(role: Role, scopes: Option<Vec<Scope>>) -> Me {
    let user = UserView {
        id: UserId::from_bits(1),
        email: "ops@acme.example".into(),
        name: "Olga Ops".into(),
        created_at: minutes(-60_000),
    };
    let membership = Membership { tenant_id: TenantId::from_bits(2), tenant: "acme".into(), role };
    Me {
        user: Some(user),
        tenant_id: TenantId::from_bits(2),
        tenant: "acme".into(),
        role,
        scopes,
        memberships: vec![membership],
    }
}

pub(crate) fn job_summary(name: &str, status: JobStatus) -> JobSummary {
    JobSummary {
        id: JobId::from_bits(3),
        namespace: "production".into(),
        name: name.into(),
        description: Some("Nightly dump".into()),
        schedule: "0 2 * * *".into(),
        schedule_text: "at 02:00 every day".into(),
        timezone: Some("Europe/Berlin".into()),
        labels: labels(&[("team", "platform")]),
        ping: false,
        status,
        monitors: 2,
        next_run_at: Some(minutes(780)),
        last_run_at: Some(minutes(-660)),
        recent: None,
    }
}

pub(crate) fn job() -> Job {
    Job {
        summary: job_summary("backup", JobStatus::Failing),
        repository_id: RepositoryId::from_bits(4),
        file: "production/backup.yaml".into(),
        line: 1,
        commit: "c0ffee".repeat(6) + "beef",
        digest: "ab".repeat(32),
        source: None,
        manifest: "apiVersion: crontopus/v1\nkind: Job\n".into(),
        diagnostics: vec![diagnostic()],
        placements: vec![JobPlacement {
            monitor_id: MonitorId::from_bits(5),
            host: Some("db-01".into()),
            status: MonitorStatus::Failing,
            next_run_at: Some(minutes(780)),
        }],
    }
}

pub(crate) fn diagnostic() -> Diagnostic {
    Diagnostic {
        severity: DiagnosticSeverity::Error,
        file: "production/backup.yaml".into(),
        line: 7,
        column: 3,
        path: "spec.maxRuntim".into(),
        code: "unknown_field".into(),
        message: "unknown field `maxRuntim`".into(),
        help: Some("did you mean `maxRuntime`?".into()),
    }
}

pub(crate) fn run(bits: u128, status: RunStatus) -> Run {
    let over = status != RunStatus::Running;
    Run {
        id: RunId::from_bits(bits),
        monitor_id: MonitorId::from_bits(5),
        namespace: "production".into(),
        name: "backup".into(),
        agent_id: Some(AgentId::from_bits(6)),
        host: Some("db-01".into()),
        external_id: None,
        status,
        reason: (status == RunStatus::TimedOut).then(|| "killed".into()),
        expected_at: Some(minutes(-60)),
        started_at: Some(minutes(-60)),
        finished_at: over.then(|| minutes(-58)),
        duration_ms: over.then_some(123_400),
        exit_status: match status {
            RunStatus::Succeeded => Some(0),
            RunStatus::Failed => Some(3),
            _ => None,
        },
        signal: (status == RunStatus::TimedOut).then_some(15),
        attempts: Vec::new(),
        output_bytes: Some(42),
        user_ms: Some(1_200),
        system_ms: Some(300),
        max_rss_kib: Some(20_480),
        environment: None,
        metrics: BTreeMap::new(),
        created_at: minutes(-60),
    }
}

pub(crate) fn agent_summary(name: &str, state: AgentState) -> AgentSummary {
    AgentSummary {
        id: AgentId::from_bits(6),
        name: name.into(),
        state,
        labels: labels(&[("role", "db")]),
        os: "Debian GNU/Linux 12".into(),
        version: "0.1.0".into(),
        scheduler: "debian-cron".into(),
        timezone: "Europe/Berlin".into(),
        last_seen_at: Some(minutes(-1)),
        applied_commit: Some("c0ffee".repeat(6) + "beef"),
        jobs: 12,
        drift: 1,
    }
}

pub(crate) fn agent() -> Agent {
    let condition = |job: Option<&str>, kind, ok, reason: &str| Condition {
        job: job.map(str::to_owned),
        kind,
        ok,
        reason: reason.into(),
    };
    Agent {
        summary: agent_summary("db-01", AgentState::Online),
        key_fingerprint: "ab".repeat(32),
        tzdata_version: Some("2026b".into()),
        clock_offset_ms: Some(-2_300),
        scheduler_running: true,
        conditions: vec![
            condition(None, ConditionKind::Fetched, true, ""),
            condition(Some("production/backup"), ConditionKind::Rendered, false, "L is not known"),
        ],
        plan: None,
        enrolled_at: minutes(-60_000),
    }
}

pub(crate) fn plan() -> PlanView {
    let step = |action: &str, job: &str, before: Option<&str>, after: Option<&str>| PlanStep {
        action: action.into(),
        job: job.into(),
        reason: "because Git says so".into(),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
        error: None,
    };
    PlanView {
        commit: Some("c0ffee".repeat(6) + "beef"),
        made_at: minutes(-2),
        steps: vec![
            step("create", "production/backup", None, Some("0 2 * * * root run 1")),
            step("update", "production/report", Some("0 3 * * * x"), Some("0 4 * * * x")),
            step("remove", "production/old", Some("0 5 * * * y"), None),
            step("leave", "production/same", None, None),
        ],
        held: Some("it would remove 9 of 12 jobs".into()),
    }
}

pub(crate) fn monitor(bits: u128, host: Option<&str>, status: MonitorStatus) -> Monitor {
    Monitor {
        id: MonitorId::from_bits(bits),
        job_id: JobId::from_bits(3),
        namespace: "production".into(),
        name: "backup".into(),
        agent_id: host.map(|_| AgentId::from_bits(6)),
        host: host.map(str::to_owned),
        status,
        profile: "debian-cron".into(),
        timezone: "Europe/Berlin".into(),
        expected_at: Some(minutes(780)),
        deadline_at: Some(minutes(790)),
        open_runs: 0,
        consecutive_bad: 2,
        last_success_at: Some(minutes(-3_000)),
        last_run_at: Some(minutes(-660)),
        paused_by_operator: status == MonitorStatus::Paused,
        proposal: None,
    }
}

pub(crate) fn incident(state: IncidentState) -> Incident {
    Incident {
        id: IncidentId::from_bits(7),
        kind: IncidentKind::Failed,
        state,
        severity: "critical".into(),
        monitor_id: Some(MonitorId::from_bits(5)),
        namespace: Some("production".into()),
        name: Some("backup".into()),
        agent_id: Some(AgentId::from_bits(6)),
        host: Some("db-01".into()),
        title: "production/backup failed on db-01".into(),
        bad_runs: 2,
        first_run_id: Some(RunId::from_bits(8)),
        last_run_id: Some(RunId::from_bits(9)),
        opened_at: minutes(-120),
        acknowledged_at: None,
        acknowledged_by: None,
        resolved_at: None,
        events: Vec::new(),
        deliveries: Vec::new(),
    }
}

pub(crate) fn token() -> Token {
    Token {
        id: TokenId::from_bits(10),
        name: "ci".into(),
        hint: "ctp_abcd".into(),
        scopes: vec![Scope::JobsRead, Scope::CheckinsWrite],
        created_by: "ops@acme.example".into(),
        created_at: minutes(-5_000),
        expires_at: Some(minutes(43_200)),
        last_used_at: None,
    }
}

pub(crate) fn repository(state: SyncState) -> Repository {
    Repository {
        id: RepositoryId::from_bits(4),
        name: "jobs".into(),
        kind: RepositoryKind::BuiltIn,
        remote_url: None,
        branch: "main".into(),
        git_path: "/git/acme/jobs.git".into(),
        sync_interval_seconds: 60,
        state,
        commit: Some("c0ffee".repeat(6) + "beef"),
        synced_at: Some(minutes(-3)),
        error: (state == SyncState::Failed).then(|| "the remote is gone".into()),
        jobs: 12,
        errors: 0,
        created_at: minutes(-60_000),
    }
}

pub(crate) fn enroll_token() -> EnrollToken {
    EnrollToken {
        id: EnrollTokenId::from_bits(11),
        labels: labels(&[("role", "db")]),
        uses: 5,
        used: 1,
        approval: true,
        repository: "jobs".into(),
        created_by: "ops@acme.example".into(),
        created_at: minutes(-1),
        expires_at: minutes(14),
    }
}

pub(crate) fn statistics() -> Statistics {
    let figures = RunFigures {
        runs: 60,
        succeeded: 57,
        failed: 2,
        missed: 1,
        success_rate: Some(0.95),
        mean_ms: Some(66_000),
        p5_ms: Some(41_000),
        p50_ms: Some(62_000),
        p95_ms: Some(190_000),
        ..RunFigures::default()
    };
    let place = |bits, host: &str| PlaceFigures {
        monitor_id: MonitorId::from_bits(bits),
        host: Some(host.into()),
        uptime: Some(0.9871),
        figures: figures.clone(),
    };
    Statistics {
        from: minutes(-30 * 24 * 60),
        to: minutes(12 * 60),
        before: RunFigures {
            runs: 60,
            succeeded: 60,
            success_rate: Some(1.0),
            p50_ms: Some(31_000),
            ..figures.clone()
        },
        uptime: Some(0.9871),
        duration_ratio: Some(2.0),
        success_rate_change: Some(-0.05),
        days: vec![DayFigures { date: "2026-11-22".into(), figures: figures.clone() }],
        places: vec![place(5, "db-01"), place(6, "db-02")],
        total: figures,
    }
}
