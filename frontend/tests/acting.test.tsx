import { open } from '@app/testing/console'
import * as world from '@app/testing/world'
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
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

test('a note stands in the timeline of an incident, as the text it is', async () => {
  const { user } = await open('/incidents/inc_000219')
  const field = await screen.findByLabelText('Note')
  await user.type(field, '<b>disk full</b>{Enter}cleaned up')
  await user.click(screen.getByRole('button', { name: 'Add note' }))
  const said = await screen.findByText(/<b>disk full<.b>\s+cleaned up/)
  expect(said.closest('li')?.textContent).toContain('Note by mira@acme.example')
  await waitFor(() => expect(field).toHaveProperty('value', ''))
})

test('a viewer writes no notes, and is told why', async () => {
  const { api, user } = await open('/incidents/inc_000219', (api) => {
    api.role = 'viewer'
  })
  const button = await screen.findByRole('button', { name: 'Add note' })
  await waitFor(() => expect(button.getAttribute('aria-disabled')).toBe('true'))
  await user.type(screen.getByLabelText('Note'), 'me too')
  await user.click(button)
  expect(api.asked.filter((a) => a.startsWith('post'))).toEqual([])
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

test('jobs are chosen by pointer and by key, and paused together', async () => {
  const { api, user } = await open('/jobs')
  await user.hover(await screen.findByRole('link', { name: /ledger-export/ }))
  // The simulated pointer leaves the row on its way to the box in it, as no real one does.
  fireEvent.click(screen.getByRole('checkbox', { name: 'Choose finance/ledger-export' }))
  act(() => screen.getByRole('link', { name: /stock-reconcile/ }).focus())
  await user.keyboard('x')
  const bar = await screen.findByRole('region', { name: 'Chosen jobs' })
  expect(await within(bar).findByText('2 jobs chosen')).toBeDefined()
  await user.click(within(bar).getByRole('button', { name: 'Pause' }))
  const said = (await screen.findByText('Paused: 1 monitor of 2 jobs')).parentElement
  await user.click(within(said ?? document.body).getByRole('button', { name: 'Undo' }))
  expect(await screen.findByText('As it was')).toBeDefined()
  expect(api.asked.filter((a) => a.startsWith('post'))).toEqual([
    'post /api/v1/monitors/mon_1/pause',
    'post /api/v1/monitors/mon_1/resume',
  ])
  await user.keyboard('{Escape}')
  expect(screen.queryByRole('region', { name: 'Chosen jobs' })).toBeNull()
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

test('a second factor is set up, asked for at the next sign-in, and ended', async () => {
  const { api, user, router } = await open('/profile')
  await user.click(await screen.findByRole('button', { name: 'Set it up' }))
  await user.type(await screen.findByLabelText('Password'), 'correct horse battery')
  await user.click(screen.getByRole('button', { name: 'Go on' }))
  expect(await screen.findByRole('img', { name: 'QR code of the key' })).toBeDefined()
  const code = screen.getByLabelText('The code it shows now')
  await user.type(code, '000000')
  await user.click(screen.getByRole('button', { name: 'Put it in force' }))
  expect(await screen.findByText('the code is wrong')).toBeDefined()
  await user.clear(code)
  await user.type(code, '123456')
  await user.click(screen.getByRole('button', { name: 'Put it in force' }))
  expect(await screen.findByText('abcd-efgh-ijkl-mnop')).toBeDefined()
  await user.click(screen.getByRole('button', { name: 'I have kept them' }))
  expect(await screen.findByText(/In force since/)).toBeDefined()
  expect(screen.queryByText('abcd-efgh-ijkl-mnop')).toBeNull()

  api.signedIn = false
  await router.navigate({ to: '/sign-in' })
  await user.type(await screen.findByLabelText('E-mail'), 'mira@acme.example')
  await user.type(screen.getByLabelText('Password'), 'correct horse battery')
  expect(screen.queryByLabelText('Code')).toBeNull()
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
  const asked = await screen.findByLabelText('Code')
  expect(screen.queryByRole('alert')).toBeNull()
  await user.type(asked, '999999')
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
  expect((await screen.findByRole('alert')).textContent).toContain('The code is wrong')
  await user.clear(screen.getByLabelText('Code'))
  await user.type(screen.getByLabelText('Code'), '123456')
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
  expect(await screen.findByRole('heading', { level: 1, name: 'Overview' })).toBeDefined()
})

test('a webhook’s secret is made, shown once, and taken away', async () => {
  const { user } = await open('/repositories/jobs', (api) => {
    api.answer('get /api/v1/repositories/{name}', () => ({
      ...world.repository,
      kind: 'remote' as const,
      remote_url: 'https://codeberg.org/acme/jobs.git',
    }))
  })
  const card = await screen.findByRole('region', { name: 'Webhook' })
  expect(await within(card).findByText('https://cron.example/hooks/rep_1')).toBeDefined()
  expect(within(card).getByRole('button', { name: 'Forgejo, Gitea' }).getAttribute('aria-pressed')).toBe(
    'true',
  )
  await user.click(within(card).getByRole('button', { name: 'Make a secret' }))
  expect(await within(card).findByText('whs_shown_once')).toBeDefined()
  expect(await within(card).findByText('none yet')).toBeDefined()
  await user.click(within(card).getByRole('button', { name: 'Remove' }))
  const dialog = await screen.findByRole('dialog', { name: 'Remove the webhook?' })
  await user.click(within(dialog).getByRole('button', { name: 'Remove' }))
  expect(await within(card).findByRole('button', { name: 'Make a secret' })).toBeDefined()
  expect(within(card).queryByText('whs_shown_once')).toBeNull()
})

test('a crontab is pasted, and the manifests it becomes are lines to commit', async () => {
  const { api, user } = await open('/propose')
  await user.click(await screen.findByRole('button', { name: 'From a crontab' }))
  const field = await screen.findByLabelText('Crontab')
  await user.click(field)
  await user.paste('30 2 * * * /usr/bin/backup\n<b>nonsense</b>')
  await user.type(screen.getByLabelText('Hosts with the labels'), 'role')
  await user.click(screen.getByRole('button', { name: 'Show the manifests' }))
  expect(api.asked.filter((a) => a.includes('from-crontab'))).toEqual([])
  await user.type(screen.getByLabelText('Hosts with the labels'), '=db')
  await user.type(screen.getByLabelText('Namespace'), 'a/b')
  await user.click(screen.getByRole('button', { name: 'Show the manifests' }))
  expect(await screen.findByText(/at most 63 characters/)).toBeDefined()
  await user.clear(screen.getByLabelText('Namespace'))
  await user.type(screen.getByLabelText('Namespace'), 'ops')
  await user.click(screen.getByRole('button', { name: 'Show the manifests' }))
  expect((await screen.findByText('1 manifest, 1 line left out')).getAttribute('role')).toBe('status')
  const left = screen.getByRole('list', { name: 'Lines that are left out' })
  expect(left.textContent).toContain('2 <b>nonsense</b>it has fewer than five time fields')
  const lines = screen.getByRole('region', { name: 'commit lines' }).textContent
  expect(lines).toContain("cat > ops/job-1.yaml <<'END'\n# 30 2 * * * /usr/bin/backup\n")
  expect(api.bodies['post /api/v1/manifests/from-crontab']).toMatchObject({
    format: 'user',
    selector: { role: 'db' },
    namespace: 'ops',
  })
})
