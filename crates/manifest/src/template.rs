use crate::Kind;

/// A first manifest of a kind, with comments, for `manifest new`; valid as it stands when `name` is.
pub fn template(name: &str, kind: Kind) -> String {
    let body = match kind {
        Kind::Job => JOB,
        Kind::Policy => POLICY,
        Kind::Route => ROUTE,
        Kind::Maintenance => MAINTENANCE,
    };
    format!("apiVersion: crontopus/v1\nkind: {kind}\nmetadata:\n  name: {name}\n{body}")
}

const JOB: &str = r#"  labels:
    team: platform
spec:
  description: What this job is for, in one line
  # Minute, hour, day of month, month, day of week; or `every: 15m`.
  schedule: "0 2 * * *"
  # Without a time zone: the host's own.
  timezone: UTC
  # Remove command, args and host for a job that something else schedules and that is only monitored.
  command: /usr/local/bin/my-job
  args: []
  # Which agents hold the job; `{}` selects every one.
  host:
    selector: {}
  # How far from the expected time a start still counts.
  startWindow:
    late: 10m
  maxRuntime: 1h
  alerts:
    severity: warning
"#;

const POLICY: &str = r#"spec:
  # Which jobs are held to the rules; `namespaces: [production]` narrows it too.
  selector:
    env: production
  enforcement: deny
  rules:
    minInterval: 5m
    requireLabels: [team]
    deniedUsers: [root]
    requireMaxRuntime: 6h
"#;

const ROUTE: &str = r#"spec:
  # Incidents of which jobs it is for, unless a job names its routes itself.
  selector:
    team: platform
  on: [failed, missed, timed_out, host_silent, recovered]
  minSeverity: warning
  # Channels are made through the API, because they hold secrets.
  steps:
    - channels: [slack-platform]
    - after: 15m
      channels: [pagerduty-oncall]
  repeatEvery: 4h
  groupBy: [agent]
"#;

const MAINTENANCE: &str = r#"spec:
  selector:
    role: db
  windows:
    - cron: "0 3 * * 0"
      duration: 2h
      timezone: UTC
  # silence: runs are judged, nobody is told. pause: runs are not judged.
  effect: silence
"#;
