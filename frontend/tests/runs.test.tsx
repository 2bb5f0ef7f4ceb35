import type { Output } from '@app/api/queries/monitoring'
import { compared } from '@app/features/runs/OutputDiff'
import { open } from '@app/testing/console'
import { screen, waitFor, within } from '@testing-library/react'
import { expect, test, vi } from 'vitest'

const panel = () => screen.findByRole('region', { name: 'The run' })

test('a row opens beside the list, keys walk on, and Escape leads back to the row', async () => {
  const { user, router } = await open('/runs?status=failed')
  const row = await screen.findByRole('link', { name: /exit 3/ })
  await user.click(row)
  await waitFor(() => expect(router.state.location.search).toEqual({ status: 'failed', run: 'run_2' }))
  expect(router.state.location.pathname).toBe('/runs')
  const shown = await panel()
  await waitFor(() => expect(document.activeElement?.textContent).toBe('finance / ledger-export'))
  expect(await within(shown).findByText(/disk <b>full<\/b>/)).toBeDefined()
  expect(within(shown).getByText('ledger-02', { selector: 'dd *' })).toBeDefined()
  expect(within(shown).getByRole('link', { name: 'Open' }).getAttribute('href')).toBe('/runs/run_2')
  expect(row.getAttribute('aria-current')).toBe('true')
  await user.keyboard('{Escape}')
  await waitFor(() => expect(router.state.location.search).toEqual({ status: 'failed' }))
  expect(screen.queryByRole('region', { name: 'The run' })).toBeNull()
  expect(document.activeElement).toBe(row)
})

test('J and K show the runs after and before, and stay where the list ends', async () => {
  const { user, router } = await open('/runs?run=run_9')
  const shown = await panel()
  expect(await within(shown).findByText('Running')).toBeDefined()
  await user.keyboard('k')
  expect(router.state.location.search).toEqual({ run: 'run_9' })
  await user.keyboard('jj')
  await waitFor(() => expect(router.state.location.search).toEqual({ run: 'run_2' }))
  await user.click(within(shown).getByRole('button', { name: 'Run before' }))
  await waitFor(() => expect(router.state.location.search).toEqual({ run: 'run_1' }))
  await user.keyboard('{Escape}')
  await waitFor(() => expect(document.activeElement?.getAttribute('data-row')).toBe('run_1'))
})

test('a run that is not there is said to be so, beside the list', async () => {
  await open('/runs?run=run_gone')
  expect(await within(await panel()).findByText(/nothing by this name/)).toBeDefined()
  expect(screen.getAllByRole('link', { name: /ledger-export/ }).length).toBeGreaterThan(0)
})

test('on a phone a run of the list is its page', async () => {
  const narrow = { matches: true, addEventListener: () => {}, removeEventListener: () => {} }
  vi.stubGlobal('matchMedia', () => narrow)
  vi.resetModules()
  const fresh = await import('@app/testing/console')
  const { router } = await fresh.open('/runs?run=run_2')
  await waitFor(() => expect(router.state.location.pathname).toBe('/runs/run_2'))
})

test('two runs are chosen by X, and the earlier one is what the other is compared with', async () => {
  const { user, router } = await open('/jobs/finance/ledger-export/runs')
  await screen.findByRole('link', { name: /Failed/ })
  const rows = within(screen.getByRole('list', { name: 'Runs' }))
  rows.getAllByRole('link', { name: /Failed/ })[0]?.focus()
  await user.keyboard('x')
  const bar = await screen.findByRole('region', { name: 'Chosen runs' })
  expect(within(bar).getByRole('status').textContent).toBe('One run is chosen; choose another')
  expect(within(bar).getByRole('button', { name: 'Compare' }).getAttribute('aria-disabled')).toBe('true')
  rows
    .getAllByRole('link')
    .find((l) => l.dataset.row === 'run_5')
    ?.focus()
  await user.keyboard('x')
  await user.click(within(bar).getByRole('button', { name: 'Compare' }))
  await waitFor(() => expect(router.state.location.pathname).toBe('/jobs/finance/ledger-export/runs/compare'))
  expect(router.state.location.search).toEqual({ a: 'run_5', b: 'run_2' })
})

test('a failed run is compared with the good one before it: facts, metrics and output', async () => {
  const { user, router } = await open('/runs/run_2')
  await user.click(await screen.findByRole('link', { name: 'Compare with the previous success' }))
  await waitFor(() => expect(router.state.location.search).toEqual({ a: 'run_5', b: 'run_2' }))
  const facts = within(await screen.findByRole('table'))
  const row = (name: string) => facts.getByRole('row', { name: new RegExp(`^${name}`) }).textContent
  expect(row('Outcome')).toBe('OutcomeSucceededFaileddiffers')
  expect(row('Took')).toBe('Took5m 43s6m 52s+1m 09s (1.2×)')
  expect(row('Start lag')).toBe('Start lag900ms400ms−500ms')
  expect(row('Exit status')).toBe('Exit status03differs')
  expect(row('Host')).toBe('Hostledger-02ledger-02')
  expect(row('Attempts')).toBe('Attempts12+1')
  expect(row('rows')).toBe('rows9,123–differs')
  const diff = await screen.findByRole('region', { name: 'What differs between the outputs' })
  expect(within(diff).getByText('INFO 12 rows')).toBeDefined()
  expect(within(diff).getByText('ERROR disk <b>full</b>')).toBeDefined()
  expect(within(diff).getByText('INFO begin')).toBeDefined()
  expect(document.querySelector('b')).toBeNull()
  expect(screen.getByText(/Of the first output 4.9 MB were never kept/)).toBeDefined()
  await user.click(screen.getByRole('button', { name: 'But for numbers' }))
  await waitFor(() => expect(router.state.location.search).toMatchObject({ loose: true }))
})

test('where nothing can be compared it is said why', async () => {
  await open('/jobs/finance/ledger-export/runs/compare?b=run_5')
  expect(await screen.findByText('No good run before it')).toBeDefined()
})

test('runs of another job are not compared here', async () => {
  await open('/jobs/billing/invoice-dunning/runs/compare?a=run_5&b=run_2')
  expect(await screen.findByText('Not runs of this job')).toBeDefined()
})

const output = (lines: string[]): Output => ({ head: lines.join('\n'), tail: '', total: 1, dropped: 0 })

test('of a very long output the end is compared, by its own numbers, and that is said', () => {
  const long = Array.from({ length: 6000 }, (_, i) => `line ${i + 1}`)
  const { lines, left } = compared(output(long), output(long.with(5998, 'another')), false)
  expect(left[0]).toBe('Of the first output the last 5,000 of 6,000 lines are compared.')
  expect(lines.find((l) => l.kind === 'removed')).toMatchObject({ text: 'line 5999', old: 5999 })
})

test('marks that turn the direction of text are shown in a diff, and escapes are not', () => {
  const { lines } = compared(output(['safe']), output(['\u001b[31m\u202eevil\u001b[0m']), false)
  expect(lines.find((l) => l.kind === 'added')?.text).toBe('\ufffdevil')
})

test('lines that differ in numbers alone can count as alike', () => {
  const [a, b] = [output(['12:00 took 4 s', 'x']), output(['12:05 took 9 s', 'y'])]
  expect(compared(a, b, false).lines.filter((l) => l.kind === 'removed')).toHaveLength(2)
  expect(compared(a, b, true).lines.filter((l) => l.kind === 'removed')).toMatchObject([{ text: 'x' }])
})
