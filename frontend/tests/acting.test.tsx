import { open } from '@app/testing/console'
import { screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'

test('a viewer sees what can be done, why not, and can not do it', async () => {
  const { api, user } = await open('/incidents/inc_000219', (api) => {
    api.role = 'viewer'
  })
  const button = await screen.findByRole('button', { name: 'Acknowledge' })
  await waitFor(() => expect(button.getAttribute('aria-disabled')).toBe('true'))
  const hint = document.getElementById(button.getAttribute('aria-describedby') ?? '')
  expect(hint?.textContent).toBe('Needs the role member; you are a viewer')
  await user.click(button)
  await user.keyboard('a')
  expect(api.asked.filter((a) => a.startsWith('post'))).toEqual([])
})

test('an incident is taken, and the page says by whom', async () => {
  const { user } = await open('/incidents/inc_000219')
  await user.click(await screen.findByRole('button', { name: 'Acknowledge' }))
  expect(await screen.findByText(/taken by mira@acme.example/)).toBeDefined()
  expect((await screen.findByRole('status')).textContent).toContain('It is yours')
})

test('a job is paused, and that can be undone', async () => {
  const { api, user } = await open('/jobs/finance/ledger-export')
  await user.click(await screen.findByRole('button', { name: 'Pause' }))
  expect(await screen.findByRole('button', { name: 'Resume' })).toBeDefined()
  await user.click(screen.getByRole('button', { name: 'Undo' }))
  expect(await screen.findByRole('button', { name: 'Pause' })).toBeDefined()
  expect(api.asked.filter((a) => a.startsWith('post'))).toEqual([
    'post /api/v1/monitors/mon_1/pause',
    'post /api/v1/monitors/mon_1/resume',
  ])
})

test('there is nothing that runs a job', async () => {
  await open('/jobs/finance/ledger-export')
  await screen.findByRole('heading', { level: 1 })
  expect(screen.queryByRole('button', { name: /run now/i })).toBeNull()
})

test('a secret is shown once, with a word of warning', async () => {
  const { user } = await open('/tokens')
  await user.click((await screen.findAllByRole('button', { name: 'New token' }))[0]!)
  const dialog = await screen.findByRole('dialog', { name: 'New token' })
  await user.type(within(dialog).getByLabelText('What it is for'), 'grafana')
  await user.click(within(dialog).getByRole('button', { name: 'Make it' }))
  expect(await within(dialog).findByText(/at least one/)).toBeDefined()
  await user.click(within(dialog).getByLabelText(/runs:read/))
  await user.click(within(dialog).getByRole('button', { name: 'Make it' }))
  expect(await screen.findByText('ctp_secret_shown_once')).toBeDefined()
  expect(screen.getByText(/shown this once/)).toBeDefined()
  await user.click(screen.getByRole('button', { name: 'Done' }))
  expect(screen.queryByText('ctp_secret_shown_once')).toBeNull()
  expect(await screen.findByText('grafana')).toBeDefined()
})

test('what others may not do is a page that says whom to ask', async () => {
  await open('/audit', (api) => {
    api.role = 'member'
  })
  expect(await screen.findByText(/Needs the role admin; you are a member/)).toBeDefined()
  expect(await screen.findByText(/Jonas Weber/)).toBeDefined()
})

test('shutting a host out needs its name typed', async () => {
  const { user } = await open('/agents/agt_1')
  await user.click(await screen.findByRole('button', { name: 'More actions' }))
  await user.click(screen.getByRole('menuitem', { name: 'Revoke' }))
  const dialog = await screen.findByRole('dialog', { name: /Shut ledger-01 out/ })
  const button = within(dialog).getByRole('button', { name: 'Revoke' })
  expect(button.getAttribute('aria-disabled')).toBe('true')
  await user.type(within(dialog).getByRole('textbox'), 'ledger-01')
  expect(button.getAttribute('aria-disabled')).toBeNull()
})

test('a channel’s test says what the other side really answered', async () => {
  const { user } = await open('/alerts')
  await user.click(await screen.findByRole('button', { name: 'Send a test' }))
  expect(await screen.findByText(/404 channel_not_found/)).toBeDefined()
})

test('what is wrong with a channel’s settings stands at the setting', async () => {
  const { user } = await open('/alerts?new=true')
  const dialog = await screen.findByRole('dialog', { name: 'New channel' })
  await user.type(within(dialog).getByLabelText('Name'), 'slack-ops')
  await user.click(within(dialog).getByRole('button', { name: 'Make it' }))
  const field = within(dialog).getByLabelText('Incoming webhook')
  await waitFor(() => expect(field.getAttribute('aria-invalid')).toBe('true'))
})

test('a manifest is checked as it is written, and its job is made by a commit', async () => {
  const { user } = await open('/propose')
  const editor = await screen.findByRole('textbox', { name: 'Manifest' })
  expect(await screen.findByText('a push would take it')).toBeDefined()
  expect(await screen.findByText('Every day at 02:00')).toBeDefined()
  await user.clear(editor)
  await user.type(editor, 'spec:{enter}  schedul: x')
  expect(await screen.findByText('a push would refuse it')).toBeDefined()
  expect(screen.getByText('did you mean `schedule`?')).toBeDefined()
  expect(screen.getByRole('region', { name: 'commit lines' }).textContent).toContain('git push')
})
