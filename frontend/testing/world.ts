import type { Schemas } from '@app/api/client'

// A small tenant to look at: one job that fails on one of two hosts, one that is healthy, one that is late, one paused.

const MINUTE = 60_000
const HOUR = 60 * MINUTE
export const NOW = Date.now()
export const iso = (before: number) => new Date(NOW - before).toISOString()

export const user: Schemas['UserView'] = {
  id: 'usr_mira',
  email: 'mira@acme.example',
  name: 'Mira Okafor',
  created_at: iso(90 * 24 * HOUR),
}

const marks: Schemas['RunMark'][] = [
  { status: 'succeeded', ms: 400_000, at: iso(3 * HOUR) },
  { status: 'missed', at: iso(2 * HOUR) },
  { status: 'failed', ms: 500_000, at: iso(HOUR) },
]

export const job = (change: Partial<Schemas['JobSummary']>): Schemas['JobSummary'] => ({
  id: `job_${change.name ?? 'ledger-export'}`,
  namespace: 'finance',
  name: 'ledger-export',
  description: 'Exports the ledger',
  schedule: '0 * * * *',
  schedule_text: 'Every hour, on the hour',
  timezone: 'UTC',
  labels: { team: 'data' },
  ping: false,
  status: 'ok',
  monitors: 2,
  next_run_at: iso(-18 * MINUTE),
  last_run_at: iso(42 * MINUTE),
  recent: {
    runs: marks,
    p50_ms: 412_000,
    p95_ms: 569_000,
    hosts: ['ledger-01', 'ledger-02'],
  },
  ...change,
})

export const jobs: Schemas['JobSummary'][] = [
  job({
    status: 'failing',
    recent: { runs: marks, p95_ms: 569_000, reason: 'Exit 3 on ledger-02, 3 in a row' },
  }),
  job({ namespace: 'billing', name: 'invoice-dunning', schedule: '0 6 * * *', ping: true, monitors: 1 }),
  job({ namespace: 'warehouse', name: 'stock-reconcile', status: 'late', labels: { team: 'ops' } }),
  job({ namespace: 'legacy', name: 'ftp-drop-import', status: 'paused' }),
  job({ namespace: 'platform', name: '<img src=x onerror=alert(1)>', id: 'job_hostile', status: 'pending' }),
]

export const MANIFEST = `apiVersion: crontopus/v1
kind: Job
metadata:
  name: ledger-export
spec:
  schedule: "0 * * * *" # every hour
  command: /opt/ledger/export
  startWindow: {late: 5m}
  maxRuntime: 30m
  alerts:
    severity: critical
`

export const fullJob = (summary: Schemas['JobSummary']): Schemas['Job'] => ({
  ...summary,
  repository_id: 'rep_jobs',
  file: `${summary.namespace}/${summary.name}.yaml`,
  line: 1,
  commit: 'a41f9c2d00000000000000000000000000000000',
  digest: 'sha256:00',
  manifest: MANIFEST,
  diagnostics: [],
  placements: summary.ping
    ? [{ monitor_id: 'mon_ping', host: null, status: 'ok', next_run_at: summary.next_run_at }]
    : [
        { monitor_id: 'mon_1', host: 'ledger-01', status: 'ok', next_run_at: summary.next_run_at },
        { monitor_id: 'mon_2', host: 'ledger-02', status: 'failing', next_run_at: summary.next_run_at },
      ],
})

export const run = (change: Partial<Schemas['Run']>): Schemas['Run'] => ({
  id: 'run_1',
  monitor_id: 'mon_1',
  namespace: 'finance',
  name: 'ledger-export',
  host: 'ledger-01',
  agent_id: 'agt_1',
  status: 'succeeded',
  expected_at: iso(42 * MINUTE),
  started_at: iso(42 * MINUTE - 400),
  finished_at: iso(35 * MINUTE),
  duration_ms: 412_000,
  exit_status: 0,
  output_bytes: 120,
  created_at: iso(42 * MINUTE),
  ...change,
})

export const runs: Schemas['Run'][] = [
  run({
    id: 'run_9',
    status: 'running',
    host: 'ledger-02',
    monitor_id: 'mon_2',
    finished_at: null,
    duration_ms: null,
    exit_status: null,
    started_at: iso(2 * MINUTE),
    output_bytes: null,
  }),
  run({ id: 'run_1' }),
  run({
    id: 'run_2',
    status: 'failed',
    host: 'ledger-02',
    monitor_id: 'mon_2',
    exit_status: 3,
    attempts: [
      { started_at: iso(42 * MINUTE), duration_ms: 1000, exit_status: 1 },
      { started_at: iso(41 * MINUTE), duration_ms: 2000, exit_status: 3 },
    ],
  }),
  run({
    id: 'run_3',
    status: 'missed',
    started_at: null,
    duration_ms: null,
    exit_status: null,
    output_bytes: null,
    expected_at: iso(102 * MINUTE),
  }),
  run({ id: 'run_4', status: 'timed_out', duration_ms: 1_800_000, exit_status: null, signal: 9 }),
  run({
    id: 'run_5',
    host: 'ledger-02',
    monitor_id: 'mon_2',
    expected_at: iso(162 * MINUTE),
    started_at: iso(162 * MINUTE - 900),
    finished_at: iso(156 * MINUTE),
    created_at: iso(162 * MINUTE),
    duration_ms: 343_000,
    metrics: { rows: 9123 },
  }),
]

export const OUTPUT =
  '\u001b[36mINFO\u001b[0m begin\n\u001b[1;31mERROR\u001b[0m disk <b>full</b>\nlast line\n'

/** What the good run before wrote: as many lines, one of them another. */
export const EARLIER_OUTPUT = '\u001b[36mINFO\u001b[0m begin\nINFO 12 rows\nlast line\n'

export const agents: Schemas['AgentSummary'][] = [
  {
    id: 'agt_1',
    name: 'ledger-01',
    state: 'online',
    labels: { role: 'ledger' },
    os: 'Debian GNU/Linux 12',
    version: '0.4.1',
    scheduler: 'debian-cron',
    timezone: 'Etc/UTC',
    last_seen_at: iso(6000),
    applied_commit: 'a41f9c2d00000000000000000000000000000000',
    jobs: 14,
    drift: 2,
  },
  {
    id: 'agt_2',
    name: 'edge-fra-3',
    state: 'pending',
    labels: {},
    os: 'Alpine Linux 3.20',
    version: '0.4.1',
    scheduler: 'busybox',
    timezone: 'Europe/Berlin',
    last_seen_at: iso(26 * MINUTE),
    applied_commit: null,
    jobs: 0,
    drift: 0,
  },
]

export const fullAgent = (summary: Schemas['AgentSummary']): Schemas['Agent'] => ({
  ...summary,
  key_fingerprint: 'SHA256:q83vEjRWeJq83vEjRWeJ',
  tzdata_version: '2026a',
  clock_offset_ms: 3,
  scheduler_running: true,
  enrolled_at: iso(40 * 24 * HOUR),
  conditions: [
    { kind: 'fetched', ok: true, reason: '' },
    { kind: 'loaded', ok: false, job: 'finance/ledger-export', reason: 'cron has not read the file' },
  ],
  plan: {
    commit: 'a41f9c2d00000000000000000000000000000000',
    made_at: iso(6000),
    held: null,
    steps: [
      {
        action: 'repair',
        job: 'finance/ledger-export',
        reason: 'its line was changed by hand',
        before: '*/30 * * * * crontopus-run finance/ledger-export',
        after: '0 * * * * crontopus-run finance/ledger-export',
      },
    ],
  },
})

export const incidents: Schemas['Incident'][] = [
  {
    id: 'inc_000219',
    kind: 'failed',
    state: 'open',
    severity: 'critical',
    monitor_id: 'mon_2',
    namespace: 'finance',
    name: 'ledger-export',
    agent_id: 'agt_1',
    host: 'ledger-02',
    title: 'finance/ledger-export failed on ledger-02: exit 3',
    bad_runs: 3,
    first_run_id: 'run_2',
    last_run_id: 'run_2',
    opened_at: iso(3 * HOUR),
    events: [
      { at: iso(3 * HOUR), kind: 'opened', run_id: 'run_2' },
      { at: iso(2 * HOUR), kind: 'bad_run', run_id: 'run_2', note: 'exit 3' },
      { at: iso(2 * HOUR), kind: 'silent', note: 'nobody could be told: 503 from the mail server' },
    ],
  },
  {
    id: 'inc_000200',
    kind: 'missed',
    state: 'resolved',
    severity: 'warning',
    monitor_id: 'mon_1',
    namespace: 'billing',
    name: 'invoice-dunning',
    title: 'billing/invoice-dunning did not run',
    bad_runs: 1,
    opened_at: iso(50 * HOUR),
    resolved_at: iso(49 * HOUR),
    events: [],
  },
]

export const repository: Schemas['Repository'] = {
  id: 'rep_jobs',
  name: 'jobs',
  kind: 'built_in',
  branch: 'main',
  git_path: '/git/acme/jobs.git',
  sync_interval_seconds: 60,
  state: 'partial',
  commit: 'a41f9c2d00000000000000000000000000000000',
  synced_at: iso(40_000),
  jobs: 5,
  errors: 1,
  created_at: iso(90 * 24 * HOUR),
}

export const monitors: Schemas['Monitor'][] = [
  {
    id: 'mon_1',
    job_id: 'job_ledger-export',
    namespace: 'finance',
    name: 'ledger-export',
    agent_id: 'agt_1',
    host: 'ledger-01',
    status: 'ok',
    profile: 'debian-cron',
    timezone: 'UTC',
    expected_at: iso(-18 * MINUTE),
    open_runs: 0,
    consecutive_bad: 0,
    last_success_at: iso(35 * MINUTE),
    last_run_at: iso(35 * MINUTE),
    paused_by_operator: false,
  },
]

export const counts: Schemas['JobCounts'] = {
  all: 5,
  failing: 1,
  late: 1,
  unknown: 0,
  ok: 1,
  pending: 1,
  paused: 1,
  invalid: 0,
  disabled: 0,
  unplaced: 0,
}

const figures: Schemas['RunFigures'] = {
  runs: 100,
  succeeded: 97,
  failed: 2,
  timed_out: 0,
  missed: 1,
  skipped: 0,
  unknown: 0,
  success_rate: 0.97,
  p5_ms: 380_000,
  p50_ms: 412_000,
  p95_ms: 569_000,
}

export const statistics: Schemas['Statistics'] = {
  from: iso(30 * 24 * HOUR),
  to: iso(0),
  total: figures,
  before: figures,
  uptime: 0.998,
  duration_ratio: 2.1,
  days: [{ ...figures, date: new Date(NOW).toISOString().slice(0, 10) }],
  places: [],
}

export const durations: Schemas['JobDurations'] = {
  width_ms: HOUR,
  buckets: [{ ...figures, at: iso(3 * HOUR) }],
  points: [{ at: iso(HOUR), run_id: 'run_1', host: 'ledger-01', status: 'succeeded', duration_ms: 412_000 }],
  truncated: false,
}

export const jobTimeline: Schemas['JobTimeline'] = {
  from: iso(12 * HOUR),
  to: iso(-HOUR),
  now: iso(0),
  expected: [iso(2 * HOUR), iso(HOUR), iso(-18 * MINUTE)],
  late_ms: 300_000,
  places: [
    {
      monitor_id: 'mon_1',
      host: 'ledger-01',
      runs: [
        {
          id: 'run_1',
          status: 'succeeded',
          at: iso(HOUR),
          finished_at: iso(53 * MINUTE),
          duration_ms: 412_000,
        },
      ],
    },
  ],
  commits: [],
  incidents: [],
  truncated: false,
}

export const overview: Schemas['Overview'] = {
  now: iso(0),
  headline: '1 job is failing and 1 is late.',
  counts,
  open_incidents: 1,
  attention: [
    {
      namespace: 'finance',
      name: 'ledger-export',
      monitor_id: 'mon_2',
      host: 'ledger-02',
      status: 'failing',
      reason: 'Exit 3, 3 in a row',
      since: iso(3 * HOUR),
      consecutive_bad: 3,
      incident_id: 'inc_000219',
      runs: marks,
      p95_ms: 569_000,
    },
  ],
  more_attention: false,
  upcoming: [
    {
      at: iso(-18 * MINUTE),
      total: 2,
      jobs: [{ namespace: 'finance', name: 'ledger-export', host: 'ledger-01' }],
    },
  ],
  upcoming_total: 2,
  runs: {
    total: 900,
    bad: 7,
    success_rate: 0.9922,
    running: 12,
    lag: { starts: 880, p50_ms: 640, p95_ms: 12_000 },
    slots: Array.from({ length: 52 }, (_, i) => ({
      at: iso((48 - i) * 30 * MINUTE),
      succeeded: i < 48 ? 18 : 0,
      failed: i === 20 ? 5 : 0,
      missed: i === 21 ? 2 : 0,
      expected: i >= 48 ? 18 : null,
    })),
  },
  changes: [
    {
      commit: 'a41f9c2d',
      summary: 'widen the window',
      author: 'Mira',
      at: iso(7 * HOUR),
      added: 0,
      changed: 1,
      removed: 0,
    },
  ],
  agents: [{ id: 'agt_1', name: 'ledger-01', state: 'online', jobs: 14, drift: 2, seen_at: iso(6000) }],
}

export const channel: Schemas['Channel'] = {
  id: 'chn_1',
  name: 'slack-platform',
  kind: 'slack',
  settings: { webhook_url: true },
  default: true,
  enabled: true,
  last_at: iso(HOUR),
  last_sent: true,
  last_answer: '200 ok',
  created_by: user.email,
  created_at: iso(24 * HOUR),
  updated_at: iso(24 * HOUR),
}

export const delivery: Schemas['Delivery'] = {
  id: 'out_1',
  occasion: 'opened',
  to: 'slack-platform',
  channel_id: 'chn_1',
  incident_id: 'inc_000219',
  title: 'finance/ledger-export failed on ledger-02',
  state: 'sent',
  created_at: iso(3 * HOUR),
  attempts: 1,
  done_at: iso(3 * HOUR),
  answer: '200 ok',
}

export const discovered: Schemas['DiscoveredDetail'] = {
  id: 'dsc_1',
  slug: 'nightly-report',
  dialect: 'sentry',
  state: 'open',
  check_ins: 12,
  first_seen_at: iso(50 * HOUR),
  last_seen_at: iso(HOUR),
  proposal: { schedule: '0 3 * * *', timezone: 'UTC' },
  file: 'discovered/nightly-report.yaml',
  manifest: MANIFEST.replace('ledger-export', 'nightly-report'),
}

export const usage: Schemas['Usage'] = {
  at: iso(0),
  meters: [
    { of: 'jobs', used: 412 },
    { of: 'monitors', used: 903 },
    { of: 'agents', used: 38 },
    { of: 'members', used: 6 },
    { of: 'repositories', used: 45, limit: 50 },
    { of: 'channels', used: 4 },
    { of: 'tokens', used: 9 },
    { of: 'discovered', used: 3, limit: 1000 },
    { of: 'outputs', used: 18_204 },
    { of: 'output_bytes', used: 48_300_000 },
  ],
  days: Array.from({ length: 30 }, (_, i) => ({
    date: iso((29 - i) * 24 * HOUR).slice(0, 10),
    check_ins: 9000 + ((i * 131) % 700),
    runs: 4000 + ((i * 67) % 300),
    missed: i % 9 === 4 ? 2 : 0,
    output_bytes: 1_400_000 + i * 9000,
  })),
}
