import type { Output } from '@app/api/queries/monitoring'
import type { LogLine } from '@ui/LogLine'
import { bytes } from '@ui/lib/time'

/** What a carriage return leaves of a line: progress bars write over themselves. */
const settled = (line: string) => {
  const whole = line.replace(/\r+$/, '')
  return whole.slice(whole.lastIndexOf('\r') + 1)
}

/** The lines of a text, numbered on from `first`. */
const numbered = (text: string, first: number): LogLine[] =>
  text
    ? text
        .replace(/\n$/, '')
        .split('\n')
        .map((line, i) => ({ number: first + i, text: settled(line) }))
    : []

/** The lines to show, with a line in between that says what was dropped. What is kept is numbered through. */
export function outputLines(output: Output): LogLine[] {
  const head = numbered(output.head, 1)
  const gap: LogLine[] =
    output.dropped > 0 ? [{ number: null, text: `⋯ ${bytes(output.dropped)} were dropped here ⋯` }] : []
  return [...head, ...gap, ...numbered(output.tail, head.length + 1)]
}
