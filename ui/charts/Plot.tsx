import type { ReactNode } from 'react'
import { Tip } from './Tip'
import { Twin } from './Twin'

/** The frame of a chart: its drawing by name, what is said of the mark under the pointer, and its values as a table. */
export function Plot({
  box: [ref, width],
  height,
  label,
  onPoint,
  onLeave,
  onClick,
  tip,
  table,
  children,
}: {
  /** What `useWidth` gave: the element that is measured, and its width. */
  box: readonly [(el: Element | null) => void, number]
  height: number
  label: string
  /** Where the pointer is, in pixels of the drawing. */
  onPoint: (x: number, y: number) => void
  onLeave: () => void
  /** Something is under the pointer that a click leads to. */
  onClick?: () => void
  tip?: { x: number; top?: number; says: ReactNode } | null
  table: { head: string[]; rows: ReactNode[][] }
  children: ReactNode
}) {
  return (
    <div ref={ref} className="relative" onPointerLeave={onLeave}>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: where a click leads, a list leads by keyboard */}
      <svg
        width={width}
        height={height}
        role="img"
        aria-label={label}
        className={onClick ? 'block cursor-pointer' : 'block'}
        onClick={onClick}
        onPointerMove={(e) => onPoint(e.nativeEvent.offsetX, e.nativeEvent.offsetY)}
      >
        {children}
      </svg>
      {tip && (
        <Tip x={tip.x} top={tip.top ?? 0} width={width}>
          {tip.says}
        </Tip>
      )}
      <Twin caption={label} {...table} />
    </div>
  )
}

/** The lines of round values, with the values left of them; the line of nothing is the stronger one. */
export const Grid = ({
  ticks,
  y,
  left,
  width,
  word,
}: {
  ticks: number[]
  y: (value: number) => number
  left: number
  width: number
  word: (value: number) => ReactNode
}) =>
  ticks.map((v) => (
    <g key={v}>
      <path
        d={`M${left} ${Math.round(y(v)) + 0.5}H${width}`}
        stroke={v === 0 ? 'var(--line-2)' : 'var(--line)'}
      />
      <text x={left - 8} y={y(v) + 4} textAnchor="end" fontSize="11" fill="var(--fg-3)">
        {word(v)}
      </text>
    </g>
  ))

/** Columns of one width side by side: where each begins, and which one is under the pointer. */
export function columns(count: number, left: number, width: number) {
  const slot = (width - left) / Math.max(1, count)
  return {
    slot,
    from: (index: number) => left + index * slot,
    at: (x: number) => Math.min(count - 1, Math.max(0, Math.floor((x - left) / slot))),
  }
}
