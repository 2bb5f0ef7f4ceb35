/**
 * What is typed to filter jobs: words search names, `key=value` (or `key:value`) is a label. Several labels are one
 * text with commas, which no label holds.
 */
export function parseSearch(typed: string): { q?: string; label?: string } {
  const words: string[] = []
  const labels: string[] = []
  for (const part of typed.split(/[\s,]+/).filter(Boolean)) {
    const found = /^([\w./-]+)[=:]([\w./-]+)$/.exec(part)
    if (found) labels.push(`${found[1]}=${found[2]}`)
    else words.push(part)
  }
  return { q: words.join(' ') || undefined, label: labels.join(',') || undefined }
}

/** The same the other way round. */
export const writeSearch = ({ q, label }: { q?: string; label?: string }) =>
  [label?.replaceAll(',', ' '), q].filter(Boolean).join(' ')
