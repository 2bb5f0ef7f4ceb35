import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'

// No page has a frame in it, so the page is judged where it stands; the other mode opens a page of its own for each
// answer. What is in order is not written out.
const audit = (page: Page) =>
  new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] })

/** What a page does wrong for those who can not see or point, in both themes; the page is not loaded again. */
export async function violations(page: Page): Promise<string[]> {
  const found: string[] = []
  for (const theme of ['dark', 'light'] as const) {
    await dress(page, theme)
    for (const v of (await audit(page).analyze()).violations) {
      const nodes = v.nodes.map((n) => n.target.join(' '))
      found.push(`${theme}: ${v.id}: ${nodes.slice(0, 3).join(' | ')}`)
    }
  }
  return found
}

/** Another theme, at once: without motion no colour is on its way to another. */
export const dress = (page: Page, theme: 'dark' | 'light') =>
  page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
