import type { AddressInfo } from 'node:net'
import { expect, test } from '@playwright/test'
import { takesEverything } from './around'
import { noHost, startHost } from './host'
import { ok, push, signUp, url } from './tenant'

// What is set up around jobs: channels, clients of other monitors, hosts.

test('a channel is made, tested, told, and heard of when its other side refuses', async ({
  context,
  page,
}) => {
  const tenant = await signUp('channels')
  await ok(tenant.api.post('/api/v1/repositories', { data: { name: 'jobs' } }))
  const receiver = await takesEverything()
  const target = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  await context.addCookies((await tenant.api.storageState()).cookies)
  await page.goto(`${url()}/alerts`)
  await page.getByRole('button', { name: 'New channel' }).click()
  const dialog = page.getByRole('dialog', { name: 'New channel' })
  await dialog.getByLabel('Kind').selectOption('webhook')
  await dialog.getByLabel('Name').fill('Ops Webhook')
  await dialog.getByLabel('Address').fill(`${target}/hook`)
  await dialog.getByRole('button', { name: 'Make it' }).click()
  // What the server says of the name stands at the name, and nothing that was typed is lost.
  await expect(dialog.getByLabel('Name')).toHaveAttribute('aria-invalid', 'true')
  await dialog.getByLabel('Name').fill('ops-webhook')
  await dialog.getByRole('button', { name: 'Make it' }).click()
  const card = page.getByRole('region', { name: 'ops-webhook' })
  await expect(card).toContainText(`${target}/hook`)
  await card.getByRole('button', { name: 'Send a test' }).click()
  await expect(card.getByText(/It took the test message/)).toBeVisible()

  await card.getByRole('button', { name: 'Actions for ops-webhook' }).click()
  await page.getByRole('menuitem', { name: 'Change' }).click()
  await page.getByRole('dialog').getByLabel('Address').fill(`${target}/refuse`)
  await page.getByRole('button', { name: 'Save' }).click()
  await card.getByRole('button', { name: 'Send a test' }).click()
  await expect(card.getByText(/It did not take the test message: 404/)).toBeVisible()

  await page.getByRole('link', { name: 'Deliveries', exact: true }).first().click()
  await expect(page.getByRole('list', { name: 'Deliveries' }).getByRole('listitem')).toHaveCount(2)
  receiver.close()
  receiver.closeAllConnections()
})

test('a client of another monitor gets a key, reports, and its manifest is there to copy', async ({
  context,
  page,
  request,
}) => {
  const tenant = await signUp('clients')
  await ok(tenant.api.post('/api/v1/repositories', { data: { name: 'jobs' } }))
  await context.addCookies((await tenant.api.storageState()).cookies)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto(`${url()}/discovered`)
  await page.getByRole('button', { name: 'New key for Healthchecks' }).click()
  const address = page.getByRole('region', { name: 'Healthchecks address' })
  await expect(page.getByText('shown this once')).toBeVisible()
  const shown = (await address.textContent()) ?? ''
  expect(shown).not.toContain('<key>')

  // The client reports a job that nobody declared, and the page has it without being asked again.
  expect((await request.get(`${shown.replace(/\/$/, '')}/nightly-report?create=1`)).ok()).toBe(true)
  await page
    .getByRole('list', { name: 'Discovered' })
    .getByRole('button', { name: /nightly-report/ })
    .click()
  const panel = page.getByRole('dialog', { name: 'nightly-report' })
  await panel.getByRole('button', { name: 'Copy manifest' }).click()
  await expect(panel.getByRole('button', { name: 'Copied' })).toBeVisible()
  const manifest = await page.evaluate(() => navigator.clipboard.readText())
  expect(manifest).toMatch(/name: "?nightly-report/)

  // Pushed as it was copied, it is a job like any other; a new key ends the old one.
  push(tenant, 'jobs', [{ message: 'Declare it', files: { 'discovered/nightly-report.yaml': manifest } }])
  await page.goto(`${url()}/jobs/discovered/nightly-report`)
  await expect(page.getByRole('heading', { name: 'nightly-report', level: 1 })).toBeVisible()
  await page.goto(`${url()}/discovered`)
  await page.getByRole('button', { name: 'End the key for Healthchecks' }).click()
  await page.getByRole('button', { name: 'End it' }).click()
  await expect(page.getByText('Its key no longer works')).toBeVisible()
  expect((await request.get(`${shown.replace(/\/$/, '')}/nightly-report`)).ok()).toBe(false)
})

test('a push becomes a line on a real host, its run is seen, and a change by hand is put back', async ({
  context,
  page,
}) => {
  const why = noHost()
  test.skip(!!why, why)
  // A real cron begins a job at the next whole minute, and not before.
  test.setTimeout(300_000)
  const tenant = await signUp('hosts')
  await ok(tenant.api.post('/api/v1/repositories', { data: { name: 'jobs' } }))
  await context.addCookies((await tenant.api.storageState()).cookies)
  await page.goto(`${url()}/agents`)
  await expect(page.getByRole('heading', { name: 'No host yet' })).toBeVisible()
  const host = await startHost(tenant, 'db-01', { role: 'db' })
  try {
    host.cron()
    await page.getByRole('link', { name: /db-01/ }).click()
    await expect(page.getByText('Online')).toBeVisible()
    push(tenant, 'jobs', [
      {
        message: 'Fail every minute',
        files: {
          'production/fails.yaml': `apiVersion: crontopus/v1
kind: Job
metadata: {name: fails}
spec:
  schedule: "* * * * *"
  timezone: UTC
  command: /bin/sh
  args: ["-c", "echo disk full; exit 3"]
  host: {selector: {role: db}}
  startWindow: {late: 5m}
  maxRuntime: 1m
`,
        },
      },
    ])
    await expect(page.getByRole('link', { name: /production \/ fails/ }).first()).toBeVisible()
    await expect(page.getByText('Added')).toBeVisible()
    const file = host.sh('grep -l production/fails /etc/cron.d/*').trim()
    expect(host.sh(`cat ${file}`)).toContain('* * * * *')

    host.sh(`sed -i 's/^\\* \\* /*\\/2 * /' ${file}`)
    await expect(page.getByText('Changed on the host, and put back')).toBeVisible({ timeout: 120_000 })
    expect(host.sh(`cat ${file}`)).not.toContain('*/2')

    await page.goto(`${url()}/runs`)
    await page
      .getByRole('link', { name: /production \/ fails/ })
      .first()
      .click({ timeout: 150_000 })
    const beside = page.getByLabel('The run', { exact: true })
    await expect(beside.getByText('disk full')).toBeVisible()
    await beside.getByRole('link', { name: 'Open' }).click()
    await expect(page.getByText('Failed, exit 3')).toBeVisible()
    await expect(page.getByText('disk full')).toBeVisible()
    await page.getByRole('link', { name: /Incidents 1 open/ }).click()
    await page.getByRole('link', { name: /production \/ fails/ }).click()
    await page.getByRole('button', { name: 'Acknowledge' }).click()
    await expect(page.getByText(/, taken by mira@hosts/)).toBeVisible()
  } finally {
    await host.stop()
  }
})
