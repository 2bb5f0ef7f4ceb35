import AxeBuilder from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import { acme } from './acme'
import { addresses } from './addresses'
import { around } from './around'
import type { Tenant } from './tenant'
import { url } from './tenant'

let tenant: Tenant
let paths: string[]
let stop: () => Promise<void>
test.beforeAll(async () => {
  // A failure starts another worker, and a tenant is made but once.
  tenant = await acme(`acme-${test.info().workerIndex}`)
  stop = (await around(tenant)).stop
  paths = await addresses(tenant)
})
test.afterAll(() => stop())

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
      // What is not there is an answer of 404, and the router says so aloud.
      if (!path.endsWith('/none')) expect.soft(wrong, `${path} ${theme}`).toEqual([])
    }
    await context.close()
  })
}

/** Tells all pages that are too wide, not only the first. */
const settled = expect.configure({ soft: true })

test('no page is wider than a phone', async ({ browser }) => {
  test.setTimeout(600_000)
  for (const width of [390, 320]) {
    const context = await browser.newContext({ viewport: { width, height: 844 } })
    await context.addCookies((await tenant.api.storageState()).cookies)
    const page = await context.newPage()
    for (const path of paths) {
      await page.goto(url() + path)
      await expect(page.locator('h1').first()).toBeVisible()
      // A chart takes its width from the box that it was put in, a moment after it is there.
      await settled.poll(() => page.evaluate(widerThanItsBox), { message: `${path} at ${width}` }).toEqual([])
    }
    await context.close()
  }
})

/** What is wider than the page or its scrolling part; boxes that scroll on purpose may hold what they like. */
function widerThanItsBox(): string[] {
  const scrolls = (el: Element) => /auto|scroll/.test(getComputedStyle(el).overflowX)
  const page = document.querySelector('main') ?? document.documentElement
  const parts = [document.documentElement, page, ...page.querySelectorAll(':scope > div')]
  return parts
    .filter((el) => el.scrollWidth - el.clientWidth > 1)
    .flatMap((el) => {
      const edge = el.getBoundingClientRect().right
      const inner = [...el.querySelectorAll('*')].find((child) => {
        for (let up = child.parentElement; up && up !== el; up = up.parentElement)
          if (scrolls(up)) return false
        return child.getBoundingClientRect().right > edge + 1
      })
      return inner ? [`${inner.tagName} ${inner.getAttribute('class') ?? ''}`] : []
    })
}
