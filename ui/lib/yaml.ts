/** A piece of a line of YAML: a key, a string, a number or word, a comment, or the rest. */
export type Piece = { text: string; kind: 'key' | 'str' | 'num' | 'com' | '' }

const TOKEN =
  /(#.*$)|((?:"(?:[^"\\]|\\.)*")|(?:'(?:[^']|'')*'))|([A-Za-z_][\w./-]*)(?=\s*:(?:\s|$))|(?<![\w.-])(-?\d+(?:\.\d+)?(?:ms|s|m|h|d|[KMG]i?B)?|true|false|null)(?![\w./:-])/g

/** Colours one line. Not a parser: what it cannot name stays plain, and nothing is lost or changed. */
export function yamlPieces(line: string): Piece[] {
  const out: Piece[] = []
  let last = 0
  for (const found of line.matchAll(TOKEN)) {
    const [text, comment, string, key] = found
    // A `#` inside a word is no comment, and a number among words is one of them.
    if (comment && found.index > 0 && !/\s/.test(line[found.index - 1] ?? '')) continue
    if (!comment && !string && !key && isAmongWords(line, found.index, text.length)) continue
    if (found.index > last) out.push({ text: line.slice(last, found.index), kind: '' })
    out.push({ text, kind: comment ? 'com' : string ? 'str' : key ? 'key' : 'num' })
    last = found.index + text.length
  }
  if (last < line.length) out.push({ text: line.slice(last), kind: '' })
  return out
}

/** Whether something else than punctuation stands before or after it in its scalar. */
const isAmongWords = (line: string, at: number, length: number) =>
  !/(?:^|[:[{,-])\s*$/.test(line.slice(0, at)) || !/^\s*(?:$|[,\]}]|#)/.test(line.slice(at + length))
