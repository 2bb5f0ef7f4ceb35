import type { Schemas } from '@app/api/client'
import { Link } from '@tanstack/react-router'
import { Swim, type SwimBit } from '@ui/charts/Swim'
import { count } from '@ui/lib/time'
import { JOB, StatusGlyph } from '@ui/status'
import { memo } from 'react'
import type { Extent } from './Axis'

/** One job on the axis: how it is, its name, what ran and what is to come. */
export const AxisRow = memo(function AxisRow({
  namespace,
  name,
  status,
  runs,
  bits,
  extent,
}: {
  namespace: string
  name: string
  status?: Schemas['JobStatus']
  /** How many ran; some of them may share a part. */
  runs: number
  bits: SwimBit[]
  extent: Extent
}) {
  const expected = bits.filter((b) => b.status === 'expected').length
  return (
    <>
      <Link
        to="/jobs/$namespace/$name"
        params={{ namespace, name }}
        draggable={false}
        className="absolute inset-y-0 left-0 flex items-center gap-2.5 pr-3 outline-offset-[-2px]"
        style={{ width: extent.left }}
      >
        {status && <StatusGlyph of={JOB[status]} />}
        <span className="truncate text-sm">
          <span className="text-fg-3 max-md:hidden">{namespace} / </span>
          {name}
        </span>
      </Link>
      <Swim
        bits={bits}
        from={extent.from}
        to={extent.to}
        width={extent.width}
        left={extent.left}
        label={`${namespace}/${name}: ${count(runs, 'run')}, ${expected} expected`}
      />
    </>
  )
})

/** What a lane of the common timeline draws, whose parts begin at `origin`. */
export function bitsOf(lane: Schemas['TimelineLane'], origin: number, step: number): SwimBit[] {
  const at = (part: number) => origin + part * step
  return [
    ...lane.expected.map((part) => ({ at: at(part), to: at(part + 1), status: 'expected' as const })),
    ...lane.cells.map((c) => ({ at: at(c.part), to: at(c.part + 1), status: c.worst })),
  ]
}

export const runsOf = (lane: Schemas['TimelineLane']) => lane.cells.reduce((n, c) => n + c.runs, 0)
