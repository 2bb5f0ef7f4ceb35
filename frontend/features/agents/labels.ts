/** `role=db, env=prod` as labels; what is no pair is said. */
export function readLabels(typed: string): { labels: Record<string, string>; wrong?: string } {
  const labels: Record<string, string> = {}
  for (const part of typed.split(/[\s,]+/).filter(Boolean)) {
    const found = /^([\w./-]+)=([\w./-]*)$/.exec(part)
    if (!found) return { labels, wrong: `“${part}” is no label; write role=db` }
    labels[found[1] ?? ''] = found[2] ?? ''
  }
  return { labels }
}

export const writeLabels = (labels: Record<string, string>) =>
  Object.entries(labels)
    .map(([k, v]) => `${k}=${v}`)
    .join(' ')
