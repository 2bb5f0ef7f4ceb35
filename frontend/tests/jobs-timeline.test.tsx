import { open } from '@app/testing/console'
import { screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'

const asked = (api: { asked: string[] }, part: string) => api.asked.filter((a) => a.includes(part))

test('the jobs of the list stand on one axis, those that need somebody first', async () => {
  const { api, user, router } = await open('/jobs')
  await user.click(await screen.findByRole('button', { name: 'Timeline' }))
  await waitFor(() => expect(router.state.location.search).toEqual({ view: 'timeline' }))
  expect(await screen.findByRole('group', { name: 'Window' })).toBeDefined()
  const list = within(screen.getByRole('list', { name: 'Jobs' }))
  const names = list.getAllByRole('link').map((l) => l.textContent)
  expect(names[0]).toBe('finance / ledger-export')
  expect(names[1]).toBe('warehouse / stock-reconcile')
  expect(await list.findByRole('img', { name: 'finance/ledger-export: 2 runs, 1 expected' })).toBeDefined()
  // One answer for all of them.
  expect(asked(api, '/api/v1/timeline?')).toHaveLength(1)
  expect(asked(api, '/ledger-export/timeline?')).toHaveLength(0)
})

test('filters hold for the axis, too: jobs of one status are read one by one', async () => {
  const { api } = await open('/jobs?view=timeline&status=paused')
  const list = within(await screen.findByRole('list', { name: 'Jobs' }))
  expect(list.getAllByRole('link').map((l) => l.textContent)).toEqual(['legacy / ftp-drop-import'])
  expect(await list.findByRole('img', { name: 'legacy/ftp-drop-import: 1 run, 1 expected' })).toBeDefined()
  expect(asked(api, '/api/v1/timeline?')).toHaveLength(0)
  expect(asked(api, 'get /api/v1/jobs/legacy/ftp-drop-import/timeline?')).toHaveLength(1)
})

test('the address holds the window, and keys move it', async () => {
  const { user, router } = await open('/jobs?view=timeline&q=ledger')
  await user.click(await screen.findByRole('button', { name: '3 d' }))
  await waitFor(() => expect(router.state.location.search).toMatchObject({ span: '3d', q: 'ledger' }))
  await user.keyboard('[[')
  await waitFor(() => expect(router.state.location.search).toHaveProperty('at'))
  await user.click(screen.getByRole('button', { name: 'Now' }))
  await waitFor(() => expect(router.state.location.search).not.toHaveProperty('at'))
  await user.click(screen.getByRole('button', { name: 'Runs' }))
  await waitFor(() => expect(router.state.location.search).not.toHaveProperty('view'))
  expect(await screen.findByRole('link', { name: /ledger-export/ })).toBeDefined()
})

test('J and K walk the rows of the axis', async () => {
  const { user } = await open('/jobs?view=timeline')
  await screen.findByRole('group', { name: 'Window' })
  await user.keyboard('jj')
  expect(document.activeElement?.textContent).toBe('warehouse / stock-reconcile')
})
