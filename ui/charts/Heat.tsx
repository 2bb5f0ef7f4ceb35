import { int } from '@ui/lib/time'
import { useState } from 'react'
import { useWidth } from './useWidth'

const HEATS = ['bg-heat-0', 'bg-heat-1', 'bg-heat-2', 'bg-heat-3', 'bg-heat-4']
const two = (n: number) => String(n).padStart(2, '0')

/**
 * Starts per five minutes of a day: columns are hours, rows minutes. Collisions show as loud cells, and the
 * busiest is named.
 */
export function Heat({
  load,
  height = 150,
  onPick,
}: {
  /** `load[hour][twelfth]`: starts in those five minutes. */
  load: number[][]
  height?: number
  onPick?: (hour: number, minute: number) => void
}) {
  const [ref, width] = useWidth(360)
  const [at, setAt] = useState<[number, number] | null>(null)
  const left = 24
  const cw = (width - left) / 24
  const ch = (height - 18) / 12
  let peak: [number, number] = [0, 0]
  load.forEach((hour, h) => {
    hour.forEach((n, m) => {
      if (n > (load[peak[0]]?.[peak[1]] ?? 0)) peak = [h, m]
    })
  })
  const most = load[peak[0]]?.[peak[1]] ?? 0
  // By the square root: a quarter of the peak is half as loud, so quiet hours still differ from empty ones.
  const level = (n: number) => (n === 0 ? 0 : Math.max(1, Math.round(4 * Math.sqrt(n / most))))
  const [h, m] = at ?? peak
  const cell = (e: { offsetX: number; offsetY: number }): [number, number] | null => {
    const col = Math.floor((e.offsetX - left) / cw)
    const row = Math.floor(e.offsetY / ch)
    return col >= 0 && col < 24 && row >= 0 && row < 12 ? [col, row] : null
  }
  return (
    <div ref={ref} onPointerLeave={() => setAt(null)}>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the agenda beside it holds the same by keyboard */}
      <svg
        width={width}
        height={height}
        role="img"
        aria-label={
          most
            ? `Starts by hour and minute; the busiest five minutes are at ${two(peak[0])}:${two(peak[1] * 5)} with ${most}`
            : 'No starts are expected'
        }
        className={onPick ? 'block cursor-pointer' : 'block'}
        onPointerMove={(e) => setAt(cell(e.nativeEvent))}
        onClick={(e) => {
          const found = cell(e.nativeEvent)
          if (found) onPick?.(found[0], found[1] * 5)
        }}
      >
        {load.map((hour, col) =>
          hour.map((n, row) => (
            <rect
              key={`${col}.${row}`}
              x={left + col * cw + 0.75}
              y={row * ch + 0.75}
              width={Math.max(1, cw - 1.5)}
              height={Math.max(1, ch - 1.5)}
              rx="1.5"
              fill={`var(--heat-${level(n)})`}
            />
          )),
        )}
        <rect
          x={left + h * cw}
          y={m * ch}
          width={cw}
          height={ch}
          rx="2"
          fill="none"
          stroke="var(--fg)"
          strokeWidth="1.25"
        />
        {[0, 3, 6, 9].map((k) => (
          <text key={k} x={left - 6} y={k * ch + ch - 1} textAnchor="end" fontSize="10" fill="var(--fg-3)">
            {`:${two(k * 5)}`}
          </text>
        ))}
        {[0, 4, 8, 12, 16, 20].map((k) => (
          <text key={k} x={left + k * cw + 1} y={height - 3} fontSize="11" fill="var(--fg-3)">
            {two(k)}
          </text>
        ))}
      </svg>
      <div className="mt-2 flex items-center justify-between text-xs text-fg-2">
        <p>
          <span className="num font-medium text-fg">
            {two(h)}:{two(m * 5)}
          </span>
          {at ? ' · ' : ' · busiest · '}
          <span className="num">{int(load[h]?.[m] ?? 0)}</span> starts
        </p>
        <p className="flex items-center gap-1 text-fg-3">
          fewer
          {HEATS.map((c) => (
            <span key={c} className={`size-2.5 rounded-[2px] ${c}`} />
          ))}
          more
        </p>
      </div>
    </div>
  )
}
