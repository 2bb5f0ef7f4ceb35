import { gzipSync } from 'node:zlib'
import type { Plugin, Rolldown } from 'vite'

// What a first visit may cost, in compressed bytes. A build that costs more fails and says which page.

const KILO = 1000

export const BUDGET = {
  /** Script of a first visit of any page. */
  visit: 150 * KILO,
  /** Any part that is fetched when it is needed. */
  part: 25 * KILO,
  /** All style. */
  style: 12 * KILO,
}

/** A chunk as the budget sees it. */
export type Part = {
  file: string
  /** The module it is the door to. */
  door?: string
  imports: string[]
  size: number
}

/** For each page by its route file, what a first visit of it fetches: the entry, its frame's parts, and its own. */
export function firstVisits(entry: Part, parts: Part[]): { page: string; size: number }[] {
  const byFile = new Map([entry, ...parts].map((p) => [p.file, p]))
  const closed = (from: Part[]): Set<Part> => {
    const seen = new Set<Part>()
    const todo = [...from]
    for (let next = todo.pop(); next; next = todo.pop()) {
      if (seen.has(next)) continue
      seen.add(next)
      for (const name of next.imports) {
        const found = byFile.get(name)
        if (found) todo.push(found)
      }
    }
    return seen
  }
  const routes = parts.flatMap((p) => {
    const name = routeOf(p.door)
    return name === undefined ? [] : [{ name, part: p }]
  })
  const names = [...new Set(routes.map((r) => r.name))]
  return names
    .map((page) => {
      const above = routes.filter((r) => r.name === page || page.startsWith(`${r.name}.`)).map((r) => r.part)
      return { page, size: [...closed([entry, ...above])].reduce((sum, p) => sum + p.size, 0) }
    })
    .sort((a, b) => b.size - a.size)
}

/** `…/routes/_app.jobs.index.tsx?tsr-split=component` is `_app.jobs.index`. */
const routeOf = (door?: string) => /\/routes\/([^/?]+)\.tsx\?tsr-split=component/.exec(door ?? '')?.[1]

/** What is over the budget, in words; nothing when all is well. */
export function over(entry: Part, parts: Part[], style: number, budget = BUDGET): string[] {
  const kilo = (n: number) => `${(n / KILO).toFixed(1)} kB`
  const needed = new Set(entry.imports)
  return [
    ...firstVisits(entry, parts)
      .filter((v) => v.size > budget.visit)
      .map(
        (v) => `a first visit of ${v.page} costs ${kilo(v.size)} of script, at most ${kilo(budget.visit)}`,
      ),
    ...parts
      .filter((p) => !needed.has(p.file) && p.size > budget.part)
      .map((p) => `${p.file} is ${kilo(p.size)}, at most ${kilo(budget.part)}`),
    ...(style > budget.style ? [`the style is ${kilo(style)}, at most ${kilo(budget.style)}`] : []),
  ]
}

/** Fails a build that is over the budget, and says in one line how far below it the others are. */
export const withinBudget = (): Plugin => ({
  name: 'within-budget',
  apply: 'build',
  writeBundle(_, bundle) {
    const size = (text: string | Uint8Array) => gzipSync(text).length
    const chunks = Object.values(bundle).filter((c): c is Rolldown.OutputChunk => c.type === 'chunk')
    const part = (c: Rolldown.OutputChunk): Part => ({
      file: c.fileName,
      door: c.facadeModuleId ?? undefined,
      imports: c.imports,
      size: size(c.code),
    })
    const first = chunks.find((c) => c.isEntry)
    if (!first) this.error('there is no entry')
    const [entry, parts] = [part(first), chunks.filter((c) => c !== first).map(part)]
    const style = Object.values(bundle)
      .filter((c): c is Rolldown.OutputAsset => c.type === 'asset' && c.fileName.endsWith('.css'))
      .reduce((sum, c) => sum + size(c.source), 0)
    const wrong = over(entry, parts, style)
    if (wrong.length > 0) this.error(wrong.join('\n'))
    const [worst] = firstVisits(entry, parts)
    if (!worst) this.error('no page was found to measure')
    this.info(
      `dearest first visit: ${worst.page}, ${(worst.size / KILO).toFixed(1)} of ${BUDGET.visit / KILO} kB script; style ${(style / KILO).toFixed(1)} of ${BUDGET.style / KILO} kB (gzip)`,
    )
  },
})
