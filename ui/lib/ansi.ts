/** A piece of a line in one style. */
export type Span = { text: string; style: string }

const COLOUR: Record<number, string> = {
  30: 'text-term-dim',
  31: 'text-[#ff7a7f]',
  32: 'text-[#4fd09a]',
  33: 'text-[#f3b64e]',
  34: 'text-[#6bbcff]',
  35: 'text-[#b7a6ff]',
  36: 'text-[#63c7d6]',
  37: 'text-term-fg',
}

// CSI, OSC (ended by BEL or ST) and two-character escapes; only `CSI … m` means anything in a log.
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is the point
const ESCAPE = /\u001b(?:\[([0-9;:]*)([ -/]*[@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g
// Direction marks can make a line read as what it is not; other controls draw nothing or move the cursor.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are what is replaced
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

const shown = (text: string) =>
  text.replace(HIDDEN, (c) => {
    const code = c.charCodeAt(0)
    return code < 32 ? String.fromCharCode(0x2400 + code) : code === 127 ? '␡' : '�'
  })

/** Splits a line into styled pieces. Tokens, never HTML: a line of output can not inject markup. */
export function spans(line: string): Span[] {
  const out: Span[] = []
  let colour = ''
  let bold = false
  let dim = false
  let last = 0
  const push = (to: number) => {
    if (to <= last) return
    const style = [dim ? 'text-term-dim' : colour, bold ? 'font-semibold' : ''].filter(Boolean).join(' ')
    out.push({
      text: shown(line.slice(last, to)),
      style: bold && !colour && !dim ? 'font-semibold text-[#f2f4f8]' : style,
    })
  }
  for (const found of line.matchAll(ESCAPE)) {
    push(found.index)
    last = found.index + found[0].length
    if (found[2] !== 'm') continue
    const codes = (found[1] || '0').split(/[;:]/).map(Number)
    for (let i = 0; i < codes.length; i++) {
      const code = codes[i]!
      if (code === 0) {
        colour = ''
        bold = dim = false
      } else if (code === 1) bold = true
      else if (code === 2) dim = true
      else if (code === 22) bold = dim = false
      else if (code === 39) colour = ''
      else if (code === 38 || code === 48) i += codes[i + 1] === 5 ? 2 : codes[i + 1] === 2 ? 4 : 0
      else if (code >= 90 && code <= 97)
        colour = code === 90 ? 'text-term-dim' : (COLOUR[code - 60] ?? colour)
      else colour = COLOUR[code] ?? colour
    }
  }
  push(line.length)
  return out
}

/** The text of a line without its escapes: what is searched and copied. */
export const plain = (line: string) => line.replace(ESCAPE, '')

/** The text of a line as it is shown: without its escapes, and with marks in place of what would hide or turn it. */
export const visible = (line: string) => shown(plain(line))
