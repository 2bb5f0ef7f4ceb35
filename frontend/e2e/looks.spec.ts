import AxeBuilder from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import { acme } from './acme'
import { addresses } from './addresses'
import type { Tenant } from './tenant'
import { url } from './tenant'

let tenant: Tenant
let paths: string[]
test.beforeAll(async () => {
  tenant = await acme()
  paths = await addresses(tenant)
})

for (const theme of ['dark', 'light'] as const) {
  test(`every page is accessible and breaks no policy: ${theme}`, async ({ browser }) => {
    test.setTimeout(600_000)
    const context = await browser.newContext({ colorScheme: theme, viewport: { width: 1440, height: 900 } })
    await context.addCookies((await tenant.api.storageState()).cookies)
    const page = await context.newPage()
    let wrong: string[] = []
    page.on('console', (m) => m.type() === 'error' && !/404/.test(m.text()) && wrong.push(m.text()))
    page.on('pageerror', (e) => wrong.push(e.message))
    expect(paths.length).toBeGreaterThan(20)
    for (const path of paths) {
      wrong = []
      await page.goto(url() + path)
      await expect(page.locator('h1').first()).toBeVisible()
      await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
      const found = await new AxeBuilder({ page }).analyze()
      expect
        .soft(
          found.violations.map(
            (v) =>
              `${v.id}: ${v.nodes
                .map((n) => n.target.join(' '))
                .slice(0, 3)
                .join(' | ')}`,
          ),
          `${path} ${theme}`,
        )
        .toEqual([])
      expect.soft(wrong, `${path} ${theme}`).toEqual([])
    }
    await context.close()
  })
}

test('no page is wider than a phone', async ({ browser }) => {
  test.setTimeout(600_000)
  for (const width of [390, 320]) {
    const context = await browser.newContext({ viewport: { width, height: 844 } })
    await context.addCookies((await tenant.api.storageState()).cookies)
    const page = await context.newPage()
    for (const path of paths) {
      await page.goto(url() + path)
      await expect(page.locator('h1').first()).toBeVisible()
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      expect.soft(over, `${path} at ${width}`).toBeLessThanOrEqual(0)
    }
    await context.close()
  }
})
