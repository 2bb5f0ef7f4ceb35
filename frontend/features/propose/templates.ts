/** Manifests to begin with. */
export const TEMPLATES = [
  {
    key: 'host',
    name: 'On hosts',
    file: 'production/backup.yaml',
    text: `apiVersion: crontopus/v1
kind: Job
metadata:
  name: backup
  labels: {team: platform}
spec:
  description: Nightly dump of the database
  schedule: "0 2 * * *"
  timezone: UTC
  command: /opt/scripts/backup.sh
  args: ["--database=prod"]
  user: backup
  host:
    selector: {role: db}
  startWindow: {late: 10m}
  maxRuntime: 1h
  concurrency: forbid
  alerts:
    severity: critical
`,
  },
  {
    key: 'ping',
    name: 'Scheduled elsewhere',
    file: 'production/report.yaml',
    text: `apiVersion: crontopus/v1
kind: Job
metadata:
  name: report
  labels: {team: data}
spec:
  description: Weekly report, scheduled by Jenkins
  schedule: "0 6 * * 1"
  timezone: Europe/Berlin
  startWindow: {late: 30m}
  maxRuntime: 2h
`,
  },
  {
    key: 'heartbeat',
    name: 'Heartbeat',
    file: 'production/queue-worker.yaml',
    text: `apiVersion: crontopus/v1
kind: Job
metadata:
  name: queue-worker
spec:
  description: Says every five minutes that it is alive
  every: 5m
  startWindow: {late: 5m}
`,
  },
] as const
