import { join } from 'node:path'
import { mockApi } from '@app/testing/api'
import { manyJobs } from '@app/testing/many'
import { serveMock } from '@app/testing/serve'
import { expect, type Page, test } from '@playwright/test'

// Ten thousand jobs in one list. What is in the document is held; what a frame costs is printed, because it is the
// machine's as well.

const JOBS = 10_000
const MOST_NODES = 1500

test('a list of ten thousand jobs scrolls', async ({ page }) => {
  test.setTimeout(600_000)
  const api = mockApi()
  manyJobs(api, JOBS)
  const { url, stop } = await serveMock(api, join(import.meta.dirname, '../dist'))
  try {
    await page.goto(`${url}/jobs`)
    await expect(page.getByRole('link', { name: /task-00000/ })).toBeVisible()
    // To the end, page by page, until all of them are there.
    await expect
      .poll(() => jump(page, 'end').then(() => page.getByRole('link', { name: /task-09999/ }).count()), {
        timeout: 300_000,
      })
      .toBe(1)
    const rows: Record<string, string | number>[] = []
    for (const step of [24, 96]) {
      await jump(page, 'start')
      rows.push({ 'pixels a frame': step, ...(await scroll(page, step)) })
    }
    console.table(rows)
    expect(await page.locator('*').count(), 'elements in the document').toBeLessThan(MOST_NODES)
    expect(await page.getByRole('list', { name: 'Jobs' }).getByRole('listitem').count()).toBeLessThan(60)
  } finally {
    await stop()
  }
})

const jump = (page: Page, to: 'start' | 'end') =>
  page.evaluate((where) => {
    const box = document.querySelector('[data-scroll]')
    if (box) box.scrollTop = where === 'end' ? box.scrollHeight : 0
  }, to)

/** Scrolls for so many frames, and says what they took. */
async function scroll(page: Page, step: number, frames = 240) {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
  const work = async () =>
    (await devtools.send('Performance.getMetrics')).metrics.find((m) => m.name === 'TaskDuration')?.value ?? 0
  const before = await work()
  const gaps = await page.evaluate(
    ([by, count]) =>
      new Promise<number[]>((done) => {
        const box = document.querySelector('[data-scroll]')
        const seen: number[] = []
        let last = performance.now()
        const frame = (now: number) => {
          seen.push(now - last)
          last = now
          if (box) box.scrollTop += by
          if (seen.length < count) requestAnimationFrame(frame)
          else done(seen.slice(2))
        }
        requestAnimationFrame(frame)
      }),
    [step, frames] as [number, number],
  )
  const after = await work()
  await devtools.detach()
  const sorted = [...gaps].sort((a, b) => a - b)
  const round = (n: number) => Math.round(n * 10) / 10
  return {
    'main thread ms a frame': round(((after - before) * 1000) / frames),
    'frames a second': Math.round((gaps.length * 1000) / gaps.reduce((a, b) => a + b, 0)),
    'slowest frame ms': round(sorted.at(-1) ?? 0),
    'frames over 34 ms': gaps.filter((g) => g > 34).length,
    elements: await page.locator('*').count(),
  }
}
