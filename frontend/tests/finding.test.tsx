import { parseSearch, writeSearch } from '@app/features/jobs/search'
import { open } from '@app/testing/console'
import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { KEYS } from '@ui/lib/keys'
import { expect, test } from 'vitest'

test('filters live in the address', async () => {
  const { user, router } = await open('/jobs')
  await user.click(await screen.findByRole('button', { name: /Paused/ }))
  await waitFor(() => expect(router.state.location.search).toEqual({ status: 'paused' }))
  expect(await screen.findByRole('link', { name: /ftp-drop-import/ })).toBeDefined()
  await waitFor(() => expect(screen.queryByRole('link', { name: /ledger-export/ })).toBeNull())
})

test('the heads of the list sort it, and the address says how', async () => {
  const { api, user, router } = await open('/jobs?q=e')
  const names = () =>
    within(screen.getByRole('list', { name: 'Jobs' }))
      .getAllByRole('link')
      .map((link) => /[a-z]+-[a-z]+/.exec(link.textContent ?? '')?.[0])
  await screen.findByRole('link', { name: /ledger-export/ })
  expect(names()[0]).toBe('ledger-export')
  await user.click(screen.getByRole('link', { name: 'Last run' }))
  await waitFor(() => expect(router.state.location.search).toEqual({ q: 'e', sort: 'last' }))
  await waitFor(() => expect(names().at(-1)).toBe('ledger-export'))
  expect(api.asked.some((a) => a.includes('sort=last'))).toBe(true)
  const head = screen.getByRole('link', { name: /Last run ?, the latest run first/ })
  await user.click(head)
  await waitFor(() => expect(router.state.location.search).toEqual({ q: 'e' }))
  await waitFor(() => expect(names()[0]).toBe('ledger-export'))
  await user.click(screen.getByRole('link', { name: 'Job' }))
  await user.click(await screen.findByRole('link', { name: /Job ?, by name/ }))
  await waitFor(() => expect(router.state.location.search).toEqual({ q: 'e', sort: '-name' }))
})

test('an order that there is not is none, and the row says its schedule in words', async () => {
  const { router } = await open('/jobs?sort=toString')
  expect((await screen.findAllByText('Every hour, on the hour')).length).toBeGreaterThan(1)
  expect(router.state.location.search).not.toHaveProperty('sort', 'toString')
})

test('a label and a word are told apart', async () => {
  expect(parseSearch('team=data ledger')).toEqual({ q: 'ledger', label: 'team=data' })
  expect(parseSearch('team:data')).toEqual({ q: undefined, label: 'team=data' })
  expect(parseSearch('team=data env=prod')).toEqual({ q: undefined, label: 'team=data,env=prod' })
  expect(writeSearch({ label: 'team=data,env=prod' })).toBe('team=data env=prod')
  expect(writeSearch({ q: 'ledger', label: 'team=data' })).toBe('team=data ledger')
  const { api, user } = await open('/jobs')
  await user.type(await screen.findByRole('searchbox', { name: 'Filter jobs' }), 'team=ops stock')
  expect(await screen.findByRole('link', { name: /stock-reconcile/ })).toBeDefined()
  await waitFor(() =>
    expect(api.asked.some((a) => a.includes('label=team=ops') && a.includes('q=stock'))).toBe(true),
  )
})

test('what matches nothing says so, and how to get back', async () => {
  const { user } = await open('/jobs?q=nonsense')
  expect(await screen.findByText('No jobs match “nonsense”.')).toBeDefined()
  await user.click(screen.getByRole('button', { name: 'Clear filters' }))
  expect(await screen.findByRole('link', { name: /ledger-export/ })).toBeDefined()
})

test('runs of a time are found, and the address says which time', async () => {
  const { api, user, router } = await open('/runs')
  const when = await screen.findByRole('combobox', { name: 'When' })
  await user.selectOptions(when, 'Between…')
  const dialog = await screen.findByRole('dialog', { name: 'Runs between two moments' })
  fireEvent.change(within(dialog).getByLabelText('From'), { target: { value: '2026-03-09T22:00' } })
  fireEvent.change(within(dialog).getByLabelText('Until'), { target: { value: '2026-03-10T01:00' } })
  await user.click(within(dialog).getByRole('button', { name: 'Show them' }))
  const asked = { after: '2026-03-09T22:00:00.000Z', before: '2026-03-10T01:00:00.000Z' }
  await waitFor(() => expect(router.state.location.search).toEqual(asked))
  expect(
    api.asked.some((a) => a.includes(`after=${asked.after}`) && a.includes(`before=${asked.before}`)),
  ).toBe(true)
  expect(await screen.findByRole('option', { name: 'Mon 9 Mar 22:00 – Tue 10 Mar 01:00' })).toBeDefined()
  await user.selectOptions(screen.getByRole('combobox', { name: 'When' }), 'Any time')
  await waitFor(() => expect(router.state.location.search).toEqual({}))
})

test('the palette finds jobs and pages, by keyboard alone', async () => {
  const { user, router } = await open('/incidents')
  await screen.findByRole('heading', { name: 'Incidents' })
  await user.keyboard('{Control>}k{/Control}')
  await user.type(await screen.findByRole('combobox', { name: /Search or run/ }), 'ledger')
  const option = await screen.findByRole('option', { name: /ledger-export/ })
  await waitFor(() => expect(option.getAttribute('aria-selected')).toBe('true'))
  await user.keyboard('{Enter}')
  await waitFor(() => expect(router.state.location.pathname).toBe('/jobs/finance/ledger-export'))
})

test('letters lead to pages, unless one types', async () => {
  const { user, router } = await open('/jobs')
  await screen.findByRole('heading', { name: 'Jobs' })
  await user.keyboard('gi')
  await waitFor(() => expect(router.state.location.pathname).toBe('/incidents'))
  await user.keyboard('gj')
  await user.type(await screen.findByRole('searchbox', { name: 'Filter jobs' }), 'gi')
  expect(router.state.location.pathname).toBe('/jobs')
})

test('the sheet shows every key there is', async () => {
  const { user } = await open('/incidents')
  await screen.findByRole('heading', { name: 'Incidents' })
  await user.keyboard('?')
  await screen.findByRole('dialog', { name: 'Keyboard shortcuts' })
  for (const key of KEYS) expect(screen.getAllByText(key.does).length, key.key).toBeGreaterThan(0)
})
