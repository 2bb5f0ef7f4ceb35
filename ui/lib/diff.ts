/** One line of a unified diff, with its number on either side. */
export type DiffLine = {
  kind: 'same' | 'added' | 'removed' | 'hunk' | 'file'
  text: string
  old?: number
  now?: number
}

/** Reads a unified diff as the server makes it; computes none. */
export function parseDiff(text: string): DiffLine[] {
  const out: DiffLine[] = []
  let old = 0
  let now = 0
  let inside = false
  for (const line of text.replace(/\n$/, '').split('\n')) {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@(.*)$/.exec(line)
    if (hunk) {
      old = Number(hunk[1])
      now = Number(hunk[2])
      inside = true
      out.push({ kind: 'hunk', text: (hunk[3] ?? '').trim() })
    } else if (!inside) {
      if (line) out.push({ kind: 'file', text: line })
    } else if (line.startsWith('+')) out.push({ kind: 'added', text: line.slice(1), now: now++ })
    else if (line.startsWith('-')) out.push({ kind: 'removed', text: line.slice(1), old: old++ })
    else if (!line.startsWith('\\')) out.push({ kind: 'same', text: line.slice(1), old: old++, now: now++ })
  }
  return out
}
