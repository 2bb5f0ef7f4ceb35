import { Now } from '@ui/charts/Lanes'
import { useWidth } from '@ui/charts/useWidth'
import { timeTicks } from '@ui/lib/axis'
import { useNow } from '@ui/lib/clock'
import { linear } from '@ui/lib/scale'
import { day, hhmm } from '@ui/lib/time'
import { useZone } from '@ui/lib/zone'
import { type PointerEvent, type ReactNode, type RefObject, useMemo, useState } from 'react'
import { narrower, SPANS, type SpanName } from './spans'

/** What of time is drawn, and where: names stand in the first `left` of `width` pixels. */
export type Extent = {
  from: number
  to: number
  /** Parts there are pixels for, and how long one is. */
  buckets: number
  step: number
  width: number
  left: number
}

/** As high as the head. */
export const HEAD = 40

/** An axis of time over rows that share it: the present, a line under the pointer, and closer looks by dragging. */
export function Axis({
  span,
  at,
  corner,
  box,
  onMove,
  children,
}: {
  span: SpanName
  at?: number
  /** What stands over the names. */
  corner: ReactNode
  /** What scrolls. */
  box?: RefObject<HTMLDivElement | null>
  onMove: (to: { at?: number; span?: SpanName }) => void
  children: (extent: Extent) => ReactNode
}) {
  // Nothing is asked for before it is known how many parts there is room for.
  const [ref, width] = useWidth(0)
  const zone = useZone()
  const now = useNow(10_000)
  const left = width < 700 ? 128 : 232
  const length = SPANS[span].ms
  const buckets = Math.max(30, Math.min(600, Math.floor((width - left) / 3)))
  const step = length / buckets
  const from = Math.floor(((at ?? now) - length * 0.86) / step) * step
  const to = from + length
  const extent = useMemo(
    () => ({ from, to, buckets, step, width, left }),
    [from, to, buckets, step, width, left],
  )
  const x = linear([from, to], [left, width])
  const [cursor, setCursor] = useState<number | null>(null)
  const [drag, setDrag] = useState<number | null>(null)
  const px = (e: PointerEvent) => {
    const p = e.clientX - e.currentTarget.getBoundingClientRect().left
    return p > left ? p : null
  }
  const long = length > 36 * 3_600_000
  return (
    <div ref={box} className="scroll-thin relative min-h-0 flex-1 overflow-auto px-4 md:px-6">
      <div
        ref={ref}
        className="relative touch-pan-y select-none"
        onPointerMove={(e) => setCursor(px(e))}
        onPointerLeave={() => setCursor(null)}
        onPointerDown={(e) => e.button === 0 && setDrag(px(e))}
        onPointerUp={(e) => {
          const p = px(e)
          if (drag !== null && p !== null && Math.abs(p - drag) > 24) {
            const [a, b] = [x.invert(Math.min(p, drag)), x.invert(Math.max(p, drag))]
            onMove({ span: narrower(b - a), at: Math.round(b) })
          }
          setDrag(null)
        }}
      >
        <div className="sticky top-0 z-10 flex h-10 items-center border-b bg-surface">
          <div style={{ width: left }} className="pr-3">
            {corner}
          </div>
          <svg
            width={width}
            height={HEAD}
            className="pointer-events-none absolute inset-0"
            aria-hidden="true"
          >
            {timeTicks(from, to, Math.max(2, Math.floor((width - left) / (long ? 96 : 72))), zone)
              .filter((t) => Math.abs(x(t) - x(now)) > 42 && x(t) > left + 16 && x(t) < width - 18)
              .map((t) => (
                <text key={t} x={x(t)} y="25" textAnchor="middle" fontSize="11" fill="var(--fg-3)">
                  {long ? day(t, zone) : hhmm(t, zone)}
                </text>
              ))}
            {cursor && Math.abs(cursor - x(now)) > 40 && (
              <>
                <rect x={cursor - 19} y="12" width="38" height="17" rx="8.5" fill="var(--line-2)" />
                <text x={cursor} y="24.5" textAnchor="middle" fontSize="11" fill="var(--fg)">
                  {hhmm(x.invert(cursor), zone)}
                </text>
              </>
            )}
            {now >= from && now <= to && (
              <Now x={x(now)} text={hhmm(now, zone)} top={29} bottom={HEAD} max={width} />
            )}
          </svg>
        </div>
        {width > 0 && children(extent)}
        {now >= from && now <= to && (
          <div
            aria-hidden="true"
            className="pointer-events-none absolute top-10 bottom-0 w-[1.5px] bg-accent"
            style={{ left: x(now) - 0.75 }}
          />
        )}
        {cursor && (
          <div
            aria-hidden="true"
            className="pointer-events-none absolute top-10 bottom-0 w-px bg-line-2"
            style={{ left: cursor }}
          />
        )}
        {drag !== null && cursor !== null && (
          <div
            aria-hidden="true"
            className="pointer-events-none absolute top-10 bottom-0 bg-accent/15"
            style={{ left: Math.min(drag, cursor), width: Math.abs(cursor - drag) }}
          />
        )}
      </div>
    </div>
  )
}
