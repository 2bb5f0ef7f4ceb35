import type { Schemas } from '@app/api/client'
import { open } from '@app/testing/console'
import { problem } from '@app/testing/mock'
import { act, screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'

test.each([
  ['/', 'Overview', /Exit 3, 3 in a row/],
  ['/jobs', 'Jobs', /Exit 3 on ledger-02, 3 in a row/],
  ['/timeline', 'Timeline', /stock-reconcile/],
  ['/timeline?view=agenda', 'Timeline', /6 starts at once/],
  ['/timeline?view=load', 'Timeline', /busiest five minutes/],
  ['/discovered', 'Discovered', /nightly-report/],
  ['/discovered?id=dsc_1', 'Discovered', /discovered\/nightly-report.yaml/],
  ['/alerts', 'Alerts', /slack-platform/],
  ['/alerts/routes', 'Alerts', /No route in Git/],
  ['/alerts/routes?job=finance/ledger-export', 'Alerts', /at once/],
  ['/alerts/policies', 'Alerts', /No policy in Git/],
  ['/alerts/deliveries', 'Alerts', /because it opened/],
  ['/maintenance', 'Maintenance', /Planned in Git/],
  ['/jobs/finance/ledger-export', 'ledger-export', /Every hour, on the hour/],
  ['/jobs/finance/ledger-export/runs', 'ledger-export', /exit 3/],
  ['/jobs/finance/ledger-export/manifest', 'ledger-export', /startWindow/],
  ['/jobs/finance/ledger-export/history', 'ledger-export', /widen the window/],
  ['/jobs/finance/ledger-export/incidents', 'ledger-export', /Failed on ledger-02/],
  ['/jobs/finance/ledger-export/integrate', 'ledger-export', /crontopus-run/],
  ['/jobs/billing/invoice-dunning/integrate', 'invoice-dunning', /curl -fsS/],
  ['/runs', 'Runs', /exit 3/],
  ['/runs/run_2', 'ledger-export', /last line/],
  ['/runs/run_3', 'ledger-export', /it wrote nothing/],
  ['/incidents', 'Incidents', /Failed on ledger-02/],
  ['/incidents/inc_000219', /failed on ledger-02/, /Another bad run/],
  ['/incidents/inc_000219', /failed on ledger-02/, /Last change before it/],
  ['/incidents/inc_000219', /failed on ledger-02/, /^503 from the mail server$/],
  ['/agents', 'Agents', /edge-fra-3/],
  ['/agents/agt_1', 'ledger-01', /changed by hand/],
  ['/repositories', 'Repositories', /built-in host/],
  ['/repositories/jobs', 'jobs', /did you mean/],
  ['/tokens', 'API tokens', /No token yet/],
  ['/members', 'Members', /jonas@acme.example/],
  ['/audit', 'Audit', /revoke agent/],
  ['/audit', 'Audit', /1 use within 60 minutes/],
  ['/usage', 'Usage', /90 % of what there may be/],
  ['/profile', 'Profile', /Whoever knows the password is in/],
  ['/settings', 'Settings', /Acme Logistics|Check-in key/],
  ['/profile', 'Profile', /mira@acme.example/],
  ['/welcome', 'First steps', /What do you have/],
  ['/propose', 'New job', /Take it to Git/],
] as const)('%s shows what is there', async (path, heading, content) => {
  await open(path)
  expect(await screen.findByRole('heading', { level: 1, name: heading })).toBeDefined()
  expect((await screen.findAllByText(content)).length).toBeGreaterThan(0)
  expect(screen.queryByRole('alert')).toBeNull()
})

const inGit = (name: string, spec: Record<string, unknown>): Schemas['RuleDocument'] => ({
  namespace: 'rules',
  name,
  repository: 'jobs',
  file: `rules/${name}.yaml`,
  line: 1,
  commit: 'a41f9c2d00000000000000000000000000000000',
  manifest: `kind: Whatever\nmetadata: {name: ${name}}\n`,
  spec,
})

test('policies and maintenance are put in words, with what Git has behind them', async () => {
  const { router } = await open('/alerts/policies', (api) => {
    api.answer('get /api/v1/policies', () => ({
      items: [inGit('house', { enforcement: 'warn', rules: { requireLabels: ['team'] } })],
      next_cursor: null,
    }))
    api.answer('get /api/v1/maintenance', () => ({
      items: [
        inGit('upgrade', { selector: { role: 'db' }, windows: [{ cron: '0 2 * * *', duration: '2h' }] }),
      ],
      next_cursor: null,
    }))
  })
  const rule = await screen.findByText('Has the labels')
  expect(rule.closest('li')?.textContent).toBe('Has the labelsteam')
  expect(screen.getByText('is warned of')).toBeDefined()
  expect(screen.getByText('Show as Git has it')).toBeDefined()
  await act(() => router.navigate({ to: '/maintenance' }))
  expect((await screen.findByText(/Every day at 02:00/)).textContent).toBe('Every day at 02:00 · UTC, for 2h')
  expect(screen.getByText('role=db')).toBeDefined()
  expect(screen.getByText('nobody is told')).toBeDefined()
})

test('nothing by an address is said to be so', async () => {
  await open('/jobs/finance/gone')
  expect(await screen.findByText('There is nothing by this address')).toBeDefined()
})

test('what goes wrong is said with the request’s id, and can be tried again', async () => {
  let broken = true
  const { user } = await open('/incidents', (api) => {
    api.answer('get /api/v1/incidents', () =>
      broken ? problem(503, 'unavailable', 'The database is away') : { items: [], next_cursor: null },
    )
  })
  const alert = await screen.findByRole('alert')
  expect(alert.textContent).toContain('The database is away')
  expect(alert.textContent).toContain('req_test')
  broken = false
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByText('Nothing is wrong')).toBeDefined()
})

test('what is hostile is text', async () => {
  await open('/jobs')
  expect(await screen.findByText('<img src=x onerror=alert(1)>')).toBeDefined()
  expect(document.querySelector('img')).toBeNull()
})

test('output keeps its markup as text and says what was dropped', async () => {
  await open('/runs/run_2')
  expect(await screen.findByText(/disk <b>full<\/b>/)).toBeDefined()
  expect(screen.getByText(/4.9 MB were dropped here/)).toBeDefined()
  expect(screen.getByText('the end')).toBeDefined()
})

test('the overview says how many runs are going on and how late runs start', async () => {
  const { router, user } = await open('/')
  const health = await screen.findByRole('region', { name: 'Health' })
  expect(health.textContent).toContain('Start lag640ms / 12s')
  await user.click(within(health).getByRole('link', { name: '12' }))
  await waitFor(() => expect(router.state.location.href).toBe('/runs?status=running'))
})

test('a job says since which commit its runs take longer, and the history how long they took', async () => {
  const { user } = await open('/jobs/finance/ledger-export')
  await user.click(await screen.findByRole('link', { name: /Runs take 2.1× as long since this commit/ }))
  const row = await screen.findByRole('button', { name: /widen the window/, pressed: true })
  expect(row.textContent).toContain('p50 3m 20s → 7m 00s (2.1×)')
  expect(screen.getByRole('button', { name: /begin/ }).textContent).not.toContain('p50')
})

test('the manifest says who wrote each line', async () => {
  const { user, router } = await open('/jobs/finance/ledger-export/manifest')
  await user.click(await screen.findByRole('button', { name: 'Who wrote it' }))
  const table = await screen.findByRole('table', { name: 'Who wrote each line of ledger-export' })
  const rows = within(table).getAllByRole('row')
  const row = rows.find((r) => r.textContent?.includes('maxRuntime'))
  expect(row?.textContent).toMatch(/^a41f9c2Mira.*9 {2}maxRuntime: 30m$/)
  expect(within(table).getAllByRole('link')[0]?.textContent).toMatch(/7be03d4Jonas.* or before/)
  expect(router.state.location.search).toEqual({ blame: true })
})
