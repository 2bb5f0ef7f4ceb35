import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { acme } from './acme'
import { addresses } from './addresses'
import { around } from './around'
import { url } from './tenant'

// Pictures of every page, to be looked at: `npm run shots` leaves them in frontend/e2e/shots.

const SIZES = { desk: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } }

test('a picture of every page', async ({ browser }) => {
  test.setTimeout(1_200_000)
  const tenant = await acme('pictures')
  const { stop } = await around(tenant)
  const dir = join(import.meta.dirname, 'shots')
  mkdirSync(dir, { recursive: true })
  const only = process.env.SHOTS?.split(',')
  for (const path of await addresses(tenant)) {
    if (only && !only.some((part) => path === part || (part !== '/' && path.startsWith(part)))) continue
    for (const theme of ['dark', 'light'] as const) {
      for (const [size, viewport] of Object.entries(SIZES)) {
        const context = await browser.newContext({ colorScheme: theme, viewport })
        await context.addCookies((await tenant.api.storageState()).cookies)
        const page = await context.newPage()
        await page.goto(url() + path)
        await expect(page.locator('h1').first()).toBeVisible()
        await page.waitForLoadState('load')
        const name =
          path
            .replaceAll('/', '-')
            .replace(/^-/, '')
            .replace(/(run|inc|agt)_\w+/, 'one') || 'overview'
        await page.screenshot({ path: join(dir, `${name}.${theme}.${size}.png`) })
        await context.close()
      }
    }
  }
  await stop()
})
