import { join } from 'node:path'
import { mockApi } from '@app/testing/api'
import { serveMock } from '@app/testing/serve'
import { expect, type Page, test } from '@playwright/test'
import { dress, violations } from './audit'

// What is not an address but is opened on one: dialogs, menus, panels, the palette. Over the mock API, which has all
// there is to open.

let mock: { url: string; stop: () => Promise<void> }
test.beforeAll(async () => {
  mock = await serveMock(mockApi(), join(import.meta.dirname, '../dist'))
})
test.afterAll(() => mock.stop())

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click()

/** Leaves a picture of it in both themes, when pictures are asked for. */
async function picture(page: Page, name: string) {
  if (!process.env.SHOTS) return
  for (const theme of ['dark', 'light'] as const) {
    await dress(page, theme)
    await page.screenshot({ path: join(import.meta.dirname, 'shots', `${name}.${theme}.png`) })
  }
}

const OPENED: [what: string, path: string, open: (page: Page) => Promise<unknown>][] = [
  ['jobs', '/jobs', (p) => expect(p.getByText('stock-reconcile')).toBeVisible()],
  ['a manifest being written', '/propose', (p) => expect(p.getByText('a push would take it')).toBeVisible()],
  [
    'a manifest with an error',
    '/propose',
    async (p) => {
      await p.getByRole('textbox', { name: 'Manifest' }).fill('spec:\n  schedul: x\n')
      await expect(p.getByText('a push would refuse it')).toBeVisible()
    },
  ],
  ['the palette', '/', (p) => p.keyboard.press('Control+k')],
  ['the sheet of keys', '/', (p) => p.keyboard.press('?')],
  ['the calls of a page', '/runs', (p) => press(p, 'API')],
  [
    'a new channel',
    '/alerts?new=true',
    (p) => p.getByRole('dialog').getByLabel('Kind').selectOption('email'),
  ],
  ['a change of a channel', '/alerts?edit=chn_1', (p) => p.getByRole('dialog').getByLabel('Name').focus()],
  [
    'who would be told',
    '/alerts/routes?job=finance/ledger-export',
    (p) => expect(p.getByText('at once')).toBeVisible(),
  ],
  ['a discovered check-in', '/discovered?id=dsc_1', (p) => expect(p.getByRole('dialog')).toBeVisible()],
  ['a run beside the list', '/runs?run=run_2', (p) => expect(p.getByText('the end')).toBeVisible()],
  [
    'a run beside the runs of its job',
    '/jobs/finance/ledger-export/runs?run=run_4',
    (p) => expect(p.getByRole('region', { name: 'The run', exact: true })).toBeVisible(),
  ],
  [
    'two runs side by side',
    '/jobs/finance/ledger-export/runs/compare?a=run_5&b=run_2',
    (p) => expect(p.getByText('INFO 12 rows')).toBeVisible(),
  ],
  [
    'runs to compare',
    '/jobs/finance/ledger-export/runs',
    async (p) => {
      await p.keyboard.press('j')
      await p.keyboard.press('x')
      await expect(p.getByRole('region', { name: 'Chosen runs' })).toBeVisible()
    },
  ],
  [
    'jobs on one axis',
    '/jobs?view=timeline',
    (p) => expect(p.getByRole('group', { name: 'Window' })).toBeVisible(),
  ],
  ['a snooze', '/maintenance', (p) => press(p, 'Snooze')],
  ['an enrolment', '/agents', (p) => press(p, 'Enrol a host')],
  ['a new token', '/tokens', (p) => press(p, 'New token')],
  ['an invitation', '/members', (p) => press(p, 'Invite')],
]

test('what is opened on pages is accessible in both themes', async ({ browser }) => {
  test.setTimeout(600_000)
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  const page = await context.newPage()
  const wrong: string[] = []
  page.on('console', (m) => m.type() === 'error' && !/404/.test(m.text()) && wrong.push(m.text()))
  page.on('pageerror', (e) => wrong.push(e.message))
  for (const [what, path, open] of OPENED) {
    await page.goto(mock.url + path)
    await expect(page.locator('h1').first()).toBeVisible()
    await open(page)
    expect.soft(await violations(page), what).toEqual([])
    await picture(page, `open-${what.replaceAll(' ', '-')}`)
  }
  expect(wrong).toEqual([])
  await context.close()
})

test('on a phone the rest is behind the tenant’s name', async ({ browser }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
  const page = await context.newPage()
  await page.goto(mock.url)
  await press(page, /Menu of Acme/)
  const menu = page.getByRole('dialog', { name: 'Menu' })
  await expect(menu.getByRole('button', { name: 'UTC' })).toBeVisible()
  await picture(page, 'open-menu.phone')
  expect(await violations(page)).toEqual([])
  await menu.getByRole('link', { name: 'Alerts' }).click()
  await expect(page.getByRole('heading', { name: 'Alerts' })).toBeVisible()
  await expect(menu).toHaveCount(0)
  await context.close()
})
