import { createHmac } from 'node:crypto'
import { expect, type Page, test } from '@playwright/test'
import { ok, PASSWORD, push, signUp, url } from './tenant'

const BACKUP = `apiVersion: crontopus/v1
kind: Job
metadata: {name: backup}
spec:
  schedule: "0 2 * * *"
  timezone: UTC
  maxRuntime: 1h
`

/** Collects what the browser complains of; a story ends without any. */
function complaints(page: Page): string[] {
  const found: string[] = []
  page.on('console', (m) => m.type() === 'error' && found.push(m.text()))
  page.on('pageerror', (e) => found.push(e.message))
  return found
}

test('from nothing to an incident that somebody takes, all of it seen live', async ({ page, request }) => {
  const wrong = complaints(page)
  await page.goto(`${url()}/sign-up`)
  await page.getByLabel('Your name').fill('Mira Okafor')
  await page.getByLabel('E-mail').fill('mira@story.example')
  await page.getByLabel('Tenant').fill('Story')
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Make the account' }).click()

  await expect(page.getByRole('heading', { name: 'First steps' })).toBeVisible()
  await page.getByRole('button', { name: 'Make an empty one here' }).click()
  await expect(page.getByRole('link', { name: 'jobs', exact: true })).toBeVisible()

  // A push by plain git, and the page has noticed before anybody looks away.
  push({ slug: 'story', email: 'mira@story.example' }, 'jobs', [
    { message: 'Back up every night', files: { 'production/backup.yaml': BACKUP } },
  ])
  const file = page.getByRole('listitem').filter({ hasText: 'The job, as a file' })
  await expect(file.getByText('Done:')).toBeAttached()

  await page.getByRole('button', { name: 'Make a check-in key' }).click()
  const snippet = page.getByRole('region', { name: 'curl snippet' })
  await expect(snippet).not.toContainText('<KEY>')
  const address = /(http\S+)/.exec((await snippet.textContent()) ?? '')?.[1] ?? ''
  expect(address).toContain('/production/backup')
  await expect(page.getByText('Waiting for the first one')).toBeVisible()
  await ok(request.post(`${address}/start?rid=1`))
  await ok(request.post(`${address}?rid=1`, { data: 'done\n' }))
  await expect(page.getByText('was heard')).toBeVisible()

  // A run fails: the rail counts it, the incident is there, and says what the run wrote.
  await ok(request.post(`${address}/3?rid=2`, { data: 'begin\n\u001b[31mdisk full\u001b[0m\n' }))
  const rail = page.getByRole('complementary', { name: 'Rail' })
  await expect(rail.getByRole('link', { name: /Incidents 1 open/ })).toBeVisible()
  await rail.getByRole('link', { name: /Incidents/ }).click()
  await page.getByRole('link', { name: /production \/ backup/ }).click()
  await expect(page.getByRole('region', { name: 'Output' })).toContainText('disk full')

  await page.keyboard.press('a')
  await expect(page.getByText(/for .*, taken by mira@story.example/)).toBeVisible()

  // A line of the output has an address.
  await page.getByRole('link', { name: 'Open', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'backup' })).toBeVisible()
  await page.getByRole('button', { name: 'Line 2' }).click()
  await expect(page).toHaveURL(/line=2/)

  // The next good run ends the incident, on the page that is open.
  await page.goBack()
  await expect(page.getByText(/for .*, taken by mira@story.example/)).toBeVisible()
  await ok(request.post(`${address}?rid=3`))
  await expect(page.getByText('Resolved', { exact: true }).first()).toBeVisible()
  expect(wrong).toEqual([])
})

test('one stream for all tabs, and all of them stay live', async ({ context }) => {
  const tenant = await signUp('tabs')
  await ok(tenant.api.post('/api/v1/repositories', { data: { name: 'jobs' } }))
  push(tenant, 'jobs', [{ message: 'Begin', files: { 'production/backup.yaml': BACKUP } }])
  await context.addCookies((await tenant.api.storageState()).cookies)
  const tabs: Page[] = []
  // Over HTTP/1.1 a browser holds six connections to a host: the eighth tab is the test.
  for (let i = 0; i < 8; i++) {
    const tab = await context.newPage()
    await tab.goto(`${url()}/runs`)
    await expect(tab.getByRole('heading', { name: 'Runs' })).toBeVisible()
    tabs.push(tab)
  }
  const key = await ok<{ url: string }>(tenant.api.post('/api/v1/tenant/key'))
  await ok(tenant.api.post(`${key.url.replace(/\/$/, '')}/production/backup`))
  for (const tab of tabs) await expect(tab.getByRole('link', { name: /production \/ backup/ })).toBeVisible()
  // The tab that led goes, another takes over.
  await tabs[0]!.close()
  await ok(tenant.api.post(`${key.url.replace(/\/$/, '')}/production/backup/fail`))
  await expect(tabs[7]!.getByRole('button', { name: /new/ }).or(tabs[7]!.getByText('failed'))).toBeVisible()
})

test('the ids of another tenant are nothing', async ({ context, page }) => {
  const one = await signUp('one')
  const other = await signUp('other')
  const repository = await ok<{ repository: { name: string } }>(
    one.api.post('/api/v1/repositories', { data: { name: 'secret-jobs' } }),
  )
  await context.addCookies((await other.api.storageState()).cookies)
  await page.goto(`${url()}/repositories/${repository.repository.name}`)
  await expect(page.getByText('There is nothing by this address')).toBeVisible()
  await page.goto(`${url()}/t/${one.slug}/repositories`)
  await expect(page.getByText('secret-jobs')).toHaveCount(0)
})

test('signed out in one tab is signed out in all', async ({ context }) => {
  const tenant = await signUp('leaving')
  await context.addCookies((await tenant.api.storageState()).cookies)
  const [one, two] = [await context.newPage(), await context.newPage()]
  for (const tab of [one, two]) {
    await tab.goto(`${url()}/profile`)
    await expect(tab.getByRole('heading', { name: 'Profile' })).toBeVisible()
  }
  await one.getByRole('main').getByRole('button', { name: 'Sign out' }).click()
  for (const tab of [one, two]) await expect(tab.getByRole('heading', { name: 'Sign in' })).toBeVisible()
})

test('a console that the server has a newer one of says so', async ({ context, page }) => {
  const tenant = await signUp('updated')
  await context.addCookies((await tenant.api.storageState()).cookies)
  // The stream ends once, as it does when the server is replaced, and then the server has other files.
  let streams = 0
  await page.route('**/api/v1/events', (route) =>
    streams++ === 0
      ? route.fulfill({ contentType: 'text/event-stream', body: ': good bye\n\n' })
      : route.continue(),
  )
  await page.goto(`${url()}/profile`)
  await page.route(`${url()}/`, (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: '<!doctype html><script type="module" src="/assets/other.js"></script>',
    }),
  )
  await expect(page.getByText('has a newer console')).toBeVisible()
  await page.unroute(`${url()}/`)
  await page.getByRole('button', { name: 'Reload' }).click()
  await expect(page.getByRole('heading', { name: 'Profile' })).toBeVisible()
  await expect(page.getByText('has a newer console')).toHaveCount(0)
})

test('a link in a message leads on after the sign-in', async ({ page }) => {
  const tenant = await signUp('linked')
  await page.goto(`${url()}/sign-in?next=/act/none.none`)
  await page.getByLabel('E-mail').fill(tenant.email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  // The server's own page, seen whole: a story that ends while a page is still on its way may keep the browser from closing.
  await expect(page.getByText('This link does not work, or not any more')).toBeVisible()
  await expect(page).toHaveURL(`${url()}/act/none.none`)
})

test('a second factor is set up with a real authenticator’s sums, and asked for', async ({
  context,
  page,
}) => {
  const tenant = await signUp('factor')
  await context.addCookies((await tenant.api.storageState()).cookies)
  await page.goto(`${url()}/profile`)
  await page.getByRole('button', { name: 'Set it up' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Password').fill(PASSWORD)
  await dialog.getByRole('button', { name: 'Go on' }).click()
  await expect(dialog.getByRole('img', { name: 'QR code of the key' })).toBeVisible()
  const key = ((await dialog.getByRole('region', { name: 'key' }).textContent()) ?? '').replaceAll(/\s/g, '')
  await dialog.getByLabel('The code it shows now').fill(totp(key, Date.now()))
  await dialog.getByRole('button', { name: 'Put it in force' }).click()
  const codes = dialog.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')
  await expect(codes).toHaveCount(10)
  const recovery = (await codes.first().textContent()) ?? ''
  await dialog.getByRole('button', { name: 'I have kept them' }).click()
  await expect(page.getByText('In force since')).toBeVisible()

  await page.getByRole('main').getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('E-mail').fill(tenant.email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByLabel('Code').fill(recovery)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('heading', { name: /Overview|First steps/ })).toBeVisible()
})

/** RFC 6238 with SHA-1, six digits and half a minute, as authenticators do it. */
function totp(key: string, now: number): string {
  const bits = [...key].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'))
  const secret = Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((b) => Number.parseInt(b, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const at = (mac.at(-1) ?? 0) & 15
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}
