import { area, curveMonotoneX, line } from 'd3-shape'

export type Band = { at: number; low: number; mid: number; high: number }

/** What is in the middle as a line, over the room between what is low and what is high. */
export function BandPaths({
  of,
  x,
  y,
}: {
  of: Band[]
  x: (at: number) => number
  y: (value: number) => number
}) {
  const room = area<Band>(
    (b) => x(b.at),
    (b) => y(b.low),
    (b) => y(b.high),
  ).curve(curveMonotoneX)
  const middle = line<Band>(
    (b) => x(b.at),
    (b) => y(b.mid),
  ).curve(curveMonotoneX)
  return (
    <>
      <path d={room(of) ?? ''} fill="var(--idle-fill)" opacity=".24" />
      <path d={middle(of) ?? ''} fill="none" stroke="var(--fg-3)" strokeWidth="1.5" />
    </>
  )
}
