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
  const html = await (await page.request.get(`${url()}/jobs`)).text()
  expect(html).toContain('data-theme="dark"')
})
