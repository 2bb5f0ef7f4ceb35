import { expect } from '@playwright/test'
import { ok, push, signUp, type Tenant } from './tenant'

// A tenant with a week behind it, made by the public API and git alone: jobs of many kinds, one of them slower since
// a commit and failing now, one missed, one running.

type Kind = {
  path: string
  cron: string
  about: string
  label: string
  more: string
  seconds: number
  every: number
  phase?: number
}

const kind = (
  path: string,
  cron: string,
  about: string,
  label: string,
  more: string,
  seconds: number,
  every: number,
  phase = 0,
): Kind => ({
  path,
  cron,
  about,
  label,
  more,
  seconds,
  every,
  phase,
})

const KINDS: Kind[] = [
  kind(
    'finance/ledger-export',
    '0 * * * *',
    'Exports the ledger to the warehouse',
    'data',
    'maxRuntime: 30m',
    412,
    60,
  ),
  kind(
    'billing/invoice-dunning',
    '0 6 * * *',
    'Reminds of open invoices',
    'billing',
    'maxRuntime: 15m',
    96,
    1440,
    360,
  ),
  kind(
    'warehouse/stock-reconcile',
    '*/15 * * * *',
    'Compares stock with orders',
    'ops',
    'maxRuntime: 10m',
    148,
    15,
  ),
  kind(
    'platform/pg-basebackup',
    '30 1 * * *',
    'Base backup of the main database',
    'platform',
    'maxRuntime: 2h',
    2520,
    1440,
    90,
  ),
  kind(
    'identity/session-sweep',
    '*/5 * * * *',
    'Ends sessions that are over',
    'identity',
    'maxRuntime: 1m',
    4.2,
    5,
  ),
  kind(
    'search/reindex-products',
    '10 */2 * * *',
    'Builds the product index',
    'search',
    'maxRuntime: 1h',
    733,
    120,
    10,
  ),
  kind('analytics/hourly-rollup', '5 * * * *', 'Sums up events', 'data', 'maxRuntime: 20m', 184, 60, 5),
  kind('finance/fx-rates-pull', '*/10 * * * *', 'Fetches exchange rates', 'data', 'maxRuntime: 1m', 2.1, 10),
  kind('crm/contact-sync', '*/30 * * * *', 'Pulls contacts', 'sales', 'maxRuntime: 5m', 51, 30),
  kind(
    'platform/certbot-renew',
    '17 3,15 * * *',
    'Renews certificates',
    'platform',
    'maxRuntime: 5m',
    9.4,
    720,
    197,
  ),
  kind('warehouse/carrier-labels', '*/3 * * * *', 'Prints labels', 'ops', 'maxRuntime: 1m', 13, 3),
  kind('platform/log-rotate', '0 0 * * *', 'Rotates logs', 'platform', 'maxRuntime: 1m', 3.3, 1440),
  kind('legacy/ftp-drop-import', '45 22 * * *', 'Imports what partners drop', 'ops', 'paused: true', 61, 0),
  kind('support/csat-digest', '0 9 * * 1', 'Sends the weekly digest', 'support', 'maxRuntime: 5m', 17, 0),
  kind(
    'media/thumbnail-gc',
    '0 4 * * 0',
    'Removes thumbnails nobody uses',
    'media',
    'maxRuntime: 1h',
    1980,
    0,
  ),
]

const manifest = (k: Kind, about = k.about) => `apiVersion: crontopus/v1
kind: Job
metadata:
  name: ${k.path.split('/')[1]}
  labels: {team: ${k.label}}
spec:
  description: ${about}
  schedule: "${k.cron}"
  timezone: UTC
  startWindow: {late: 5m}
  ${k.more}
`

const esc = '\u001b'
const LOG = [
  `${esc}[36mINFO${esc}[0m  export  window=${esc}[1m90d${esc}[0m sink=s3://acme-ledger partitions=90`,
  `${esc}[36mINFO${esc}[0m  source  connected to pg-ledger-replica (lag 1.2 s)`,
  `${esc}[36mINFO${esc}[0m  export  30/90 partitions  12.4 M rows  ${esc}[32m27.0 k rows/s${esc}[0m`,
  `${esc}[33mWARN${esc}[0m  source  slow fetch on ledger_2025_11 (48.1 s), seq scan`,
  `${esc}[36mINFO${esc}[0m  export  60/90 partitions  24.9 M rows  ${esc}[33m16.8 k rows/s${esc}[0m`,
  `${esc}[31mERROR${esc}[0m export  deadline exceeded, rolled back`,
  '',
].join('\n')

const files = (kinds: Kind[]) => Object.fromEntries(kinds.map((k) => [`${k.path}.yaml`, manifest(k)]))

const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000)

/** Makes it; once for each run of the stories. */
export async function acme(slug = 'acme'): Promise<Tenant> {
  const tenant = await signUp(slug)
  const { api } = tenant
  await ok(api.patch('/api/v1/tenant', { data: { name: 'Acme Logistics' } }))
  await ok(api.post('/api/v1/repositories', { data: { name: 'jobs' } }))
  const ledger = KINDS[0]!
  push(tenant, 'jobs', [
    { message: 'Begin with what finance and billing run', files: files(KINDS.slice(0, 8)), at: ago(150) },
    { message: 'Add the platform’s own jobs', files: files(KINDS.slice(8)), at: ago(54) },
    {
      message: 'ledger-export: widen the window to 90 days',
      files: { [`${ledger.path}.yaml`]: manifest(ledger, 'Exports 90 days of the ledger to the warehouse') },
      at: ago(8.4),
    },
  ])
  await expect
    .poll(async () => (await ok<{ items: unknown[] }>(api.get('/api/v1/jobs?limit=200'))).items.length, {
      timeout: 60_000,
    })
    .toBe(KINDS.length)
  const signals = week(Date.now())
  for (let i = 0; i < signals.length; i += 900) {
    await ok(api.post('/api/v1/check-ins', { data: signals.slice(i, i + 900) }))
  }
  // Sums are made a moment after the runs they are of.
  await expect
    .poll(async () => (await ok<{ runs: { total: number } }>(api.get('/api/v1/overview'))).runs.total, {
      timeout: 60_000,
    })
    .toBeGreaterThan(0)
  return tenant
}

/** A week of runs, always the same but for the hour it ends at. */
function week(now: number): Record<string, unknown>[] {
  let seed = 7
  const chance = () => {
    seed = (seed * 16_807) % 2_147_483_647
    return seed / 2_147_483_647
  }
  const out: Record<string, unknown>[] = []
  for (const k of KINDS.filter((each) => each.every > 0)) {
    const runs = Math.min(120, Math.floor((6.5 * 1440) / k.every))
    const latest = Math.floor((now / 60_000 - (k.phase ?? 0)) / k.every) * k.every + (k.phase ?? 0)
    for (let i = runs - 1; i >= 0; i--) {
      const slot = latest - i * k.every
      const begin = slot * 60_000 + chance() * 900
      const isLedger = k.path === 'finance/ledger-export'
      const length = k.seconds * 1000 * (0.85 + chance() * 0.35) * (isLedger && i < 8 ? 2.1 : 1)
      const bad = (isLedger && i < 3) || (k.path === 'billing/invoice-dunning' && i < 2) || chance() < 0.012
      if (begin + length > now) continue
      const run = { monitor: k.path, run_id: `${k.path}-${slot}`, host: `app-0${1 + (i % 3)}` }
      out.push({ ...run, kind: 'start', at: new Date(begin).toISOString() })
      out.push({
        ...run,
        kind: 'end',
        at: new Date(begin + length).toISOString(),
        duration_ms: Math.round(length),
        exit_status: bad ? (isLedger ? 143 : 1) : 0,
        output: isLedger ? LOG.repeat(bad ? 3 : 1) : bad ? '429 from the mail provider\n' : 'done\n',
        metrics: k.path === 'warehouse/stock-reconcile' ? { rows: Math.round(9000 + chance() * 2000) } : {},
      })
    }
  }
  out.push({ monitor: 'search/reindex-products', kind: 'start', run_id: 'now' })
  return out
}
