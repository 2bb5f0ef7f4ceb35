/** What is typed to filter jobs: words search names, `key=value` (or `key:value`) is a label. */
export function parseSearch(typed: string): { q?: string; label?: string } {
  const words: string[] = []
  let label: string | undefined
  for (const part of typed.split(/\s+/).filter(Boolean)) {
    const found = /^([\w./-]+)[=:]([\w./-]+)$/.exec(part)
    if (found) label = `${found[1]}=${found[2]}`
    else words.push(part)
  }
  return { q: words.join(' ') || undefined, label }
}

/** The same the other way round. */
export const writeSearch = ({ q, label }: { q?: string; label?: string }) =>
  [label, q].filter(Boolean).join(' ')
