import { expect, test } from '@playwright/test'
import { acme } from './acme'
import { addresses } from './addresses'
import { around } from './around'
import { violations } from './audit'
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

const PHONES = [390, 320]

/** Tells all pages that are wrong, not only the first. */
const settled = expect.configure({ soft: true })

test('every page fits a phone, is accessible in both themes, and breaks no policy', async ({ browser }) => {
  test.setTimeout(900_000)
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
  await context.addCookies((await tenant.api.storageState()).cookies)
  const page = await context.newPage()
  let wrong: string[] = []
  page.on('console', (m) => m.type() === 'error' && !/404/.test(m.text()) && wrong.push(m.text()))
  page.on('pageerror', (e) => wrong.push(e.message))
  expect(paths.length).toBeGreaterThan(20)
  for (const path of paths) {
    wrong = []
    // One visit for all of it: an address is loaded as a phone loads it, and then the window grows.
    await page.setViewportSize({ width: PHONES[0] ?? 0, height: 844 })
    await page.goto(url() + path)
    await expect(page.locator('h1').first()).toBeVisible()
    await expect(page.locator('[aria-busy=true]')).toHaveCount(0)
    for (const width of PHONES) {
      await page.setViewportSize({ width, height: 844 })
      // A chart takes its width from the box that it was put in, a moment after it is there.
      await settled.poll(() => page.evaluate(widerThanItsBox), { message: `${path} at ${width}` }).toEqual([])
    }
    await page.setViewportSize({ width: 1440, height: 900 })
    expect.soft(await violations(page), path).toEqual([])
    // What is not there is an answer of 404, and the router says so aloud.
    if (!path.endsWith('/none')) expect.soft(wrong, path).toEqual([])
  }
  await context.close()
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
