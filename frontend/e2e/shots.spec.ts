import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { acme } from './acme'
import { addresses } from './addresses'
import { around } from './around'
import { dress } from './audit'
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
  const paths = (await addresses(tenant)).filter(
    (path) => !only || only.some((part) => path === part || (part !== '/' && path.startsWith(part))),
  )
  for (const [size, viewport] of Object.entries(SIZES)) {
    // As high as asked for: what is below the first screen is to be seen, too.
    const height = Number(process.env.SHOTS_HEIGHT ?? viewport.height)
    const context = await browser.newContext({ viewport: { ...viewport, height } })
    await context.addCookies((await tenant.api.storageState()).cookies)
    const page = await context.newPage()
    for (const path of paths) {
      await page.goto(url() + path)
      await expect(page.locator('h1').first()).toBeVisible()
      await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
      for (const theme of ['dark', 'light'] as const) {
        await dress(page, theme)
        await page.screenshot({ path: join(dir, `${nameOf(path)}.${theme}.${size}.png`) })
      }
    }
    await context.close()
  }
  await stop()
})

const nameOf = (path: string) =>
  path
    .replaceAll(/[/?]/g, '-')
    .replace(/^-/, '')
    .replace(/(run|inc|agt)_\w+/, 'one') || 'overview'
