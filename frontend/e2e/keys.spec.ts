import { expect, test } from '@playwright/test'
import { ok, push, signUp, url } from './tenant'

test('by keyboard alone: palette, list, menu, dialog', async ({ context, page }) => {
  const tenant = await signUp('keys')
  await ok(tenant.api.post('/api/v1/repositories', { data: { name: 'jobs' } }))
  const job = (name: string) =>
    `apiVersion: crontopus/v1\nkind: Job\nmetadata: {name: ${name}}\nspec: {every: 5m}\n`
  push(tenant, 'jobs', [
    { message: 'Begin', files: { 'a/first.yaml': job('first'), 'a/second.yaml': job('second') } },
  ])
  await context.addCookies((await tenant.api.storageState()).cookies)
  await page.goto(`${url()}/jobs`)
  await expect(page.getByRole('heading', { name: 'Jobs' })).toBeVisible()
  await expect(page.getByRole('link', { name: /first/ })).toBeVisible()

  await page.keyboard.press('j')
  await expect(page.getByRole('link', { name: /first/ })).toBeFocused()
  await page.keyboard.press('j')
  await expect(page.getByRole('link', { name: /second/ })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'second', level: 1 })).toBeVisible()

  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: /Search or run/ }).fill('fir')
  await expect(page.getByRole('option', { name: /a \/ first/ })).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'first', level: 1 })).toBeVisible()

  const account = page.getByRole('button', { name: /Account of/ })
  await account.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('menuitem', { name: 'Profile and security' })).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('menuitem', { name: /Keyboard shortcuts/ })).toBeFocused()
  await page.keyboard.press('d')
  await expect(page.getByRole('menuitemradio', { name: 'Dark' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toHaveCount(0)

  // The choice holds for the first picture of the next document: the server wrote it into the page.
  const html = await (await page.request.get(`${url()}/jobs`, { headers: { Accept: 'text/html' } })).text()
  expect(html).toContain('data-theme="dark"')
})

test('by keyboard alone: a run beside its list, and what differs from the last good one', async ({
  context,
  page,
}) => {
  const tenant = await signUp('beside')
  await ok(tenant.api.post('/api/v1/repositories', { data: { name: 'jobs' } }))
  push(tenant, 'jobs', [
    {
      message: 'Begin',
      files: {
        'a/report.yaml':
          'apiVersion: crontopus/v1\nkind: Job\nmetadata: {name: report}\nspec: {every: 5m, timezone: Asia/Tokyo}\n',
      },
    },
  ])
  const items = async () => (await ok<{ items: unknown[] }>(tenant.api.get('/api/v1/jobs'))).items.length
  await expect.poll(items).toBe(1)
  const sent = (minutes: number, exit: number, output: string) => {
    const at = (ms: number) => new Date(Date.now() - minutes * 60_000 + ms).toISOString()
    const run = { monitor: 'a/report', run_id: `run-${minutes}`, host: 'app-01' }
    return [
      { ...run, kind: 'start', at: at(0) },
      { ...run, kind: 'end', at: at(4000), duration_ms: 4000, exit_status: exit, output },
    ]
  }
  const data = [
    ...sent(14, 0, 'begin\n12 rows\nend\n'),
    ...sent(9, 0, 'begin\n<b>13</b> rows\nend\n'),
    ...sent(4, 3, 'begin\n\u001b[31mdisk full\u001b[0m\n'),
  ]
  await ok(tenant.api.post('/api/v1/check-ins', { data }))
  await context.addCookies((await tenant.api.storageState()).cookies)
  await page.goto(`${url()}/runs`)
  const rows = page.getByRole('list', { name: 'Runs' }).getByRole('link')
  await expect(rows).toHaveCount(3)

  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  const panel = page.getByRole('region', { name: 'The run', exact: true })
  await expect(panel.getByRole('heading', { name: 'a / report' })).toBeFocused()
  await expect(panel.getByText('disk full')).toBeVisible()
  await page.keyboard.press('j')
  await expect(panel.getByText('<b>13</b> rows')).toBeVisible()
  await page.reload()
  await expect(panel.getByText('<b>13</b> rows')).toBeVisible()
  await page.keyboard.press('k')
  await expect(panel.getByText('disk full')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(panel).toHaveCount(0)
  await expect(rows.first()).toBeFocused()
  await page.keyboard.press('Enter')
  await panel.getByRole('link', { name: 'Open' }).press('Enter')
  await expect(page.getByRole('heading', { name: 'report', level: 1 })).toBeVisible()

  await page.getByRole('link', { name: 'Compare with the previous success' }).press('Enter')
  await expect(page).toHaveURL(/compare\?a=run_\w+&b=run_\w+$/)
  await expect(page.getByRole('row', { name: /^Exit status 0 3/ })).toBeVisible()
  const diff = page.getByRole('region', { name: 'What differs between the outputs' })
  await expect(diff).toContainText('<b>13</b> rows')
  await expect(diff).toContainText('disk full')

  const began = page.getByRole('columnheader').getByRole('link').first()
  await expect(began).toContainText('UTC')
  await page.keyboard.press('t')
  await page.keyboard.press('t')
  await expect(began).toContainText(/GMT\+9|JST/)
})
