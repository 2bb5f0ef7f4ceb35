import type { Schemas } from '@app/api/client'
import { sentence } from '@app/api/problem'
import { type Output, outputQuery } from '@app/api/queries/monitoring'
import { useQuery } from '@tanstack/react-query'
import { LongDiff } from '@ui/LongDiff'
import { visible } from '@ui/lib/ansi'
import { diffLines } from '@ui/lib/lines'
import { bytes, int } from '@ui/lib/time'
import { Note } from '@ui/primitives'
import { useMemo } from 'react'
import { outputLines } from './output'

/** Lines of each output that are compared; of a longer one the last. */
const MOST = 5000

/** What two runs wrote, as what was taken out and what was put in. */
export default function OutputDiff({
  a,
  b,
  loose,
}: {
  a: Schemas['Run']
  b: Schemas['Run']
  /** Lines that differ in numbers alone are alike: times, counts and durations differ each time. */
  loose: boolean
}) {
  const one = useQuery(outputQuery(a.id))
  const other = useQuery(outputQuery(b.id))
  const found = useMemo(
    () =>
      one.data !== undefined && other.data !== undefined ? compared(one.data, other.data, loose) : undefined,
    [one.data, other.data, loose],
  )
  const error = one.error ?? other.error
  if (error) return <Said>{sentence(error)}</Said>
  if (!found) return <div aria-busy="true" />
  if (!one.data && !other.data) return <Said>Neither wrote anything, or it was not kept.</Said>
  return (
    <div className="flex h-full flex-col">
      {found.left.length > 0 && (
        <div className="border-t px-4 py-2">
          <Note tone="late">{found.left.join(' ')}</Note>
        </div>
      )}
      <div className="min-h-0 flex-1 border-t">
        {found.lines.length > 0 ? (
          <LongDiff lines={found.lines} label="What differs between the outputs" />
        ) : (
          <Said>{loose ? 'But for numbers, both wrote the same.' : 'Both wrote the same.'}</Said>
        )}
      </div>
    </div>
  )
}

const Said = ({ children }: { children: string }) => (
  <p role="status" className="p-4 text-sm text-fg-2">
    {children}
  </p>
)

const withoutNumbers = (line: string) => line.replace(/\d+/g, '0')

/** The diff, and what it leaves out. */
export function compared(one: Output | null, other: Output | null, loose: boolean) {
  const [x, y] = [read(one, 'first'), read(other, 'second')]
  const lines = diffLines(x.lines, y.lines, loose ? withoutNumbers : undefined).map((l) => ({
    ...l,
    old: l.old && l.old + x.before,
    now: l.now && l.now + y.before,
  }))
  return { lines, left: [...x.left, ...y.left] }
}

function read(output: Output | null, which: string) {
  const all = output ? outputLines(output).filter((l) => l.number !== null) : []
  const before = Math.max(0, all.length - MOST)
  const left = [
    before > 0 && `Of the ${which} output the last ${int(MOST)} of ${int(all.length)} lines are compared.`,
    output && output.dropped > 0 && `Of the ${which} output ${bytes(output.dropped)} were never kept.`,
  ].filter((s): s is string => !!s)
  return { lines: all.slice(before).map((l) => visible(l.text)), before, left }
}
