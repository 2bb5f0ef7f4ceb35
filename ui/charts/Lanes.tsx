import { timeTicks } from '@ui/lib/axis'
import { linear } from '@ui/lib/scale'
import { day, duration, hhmm, hhmmss } from '@ui/lib/time'
import { FILL, RUN, type RunStatus, type Tone } from '@ui/status'
import { type ReactNode, useState } from 'react'
import { Tip } from './Tip'
import { Twin } from './Twin'
import { useWidth } from './useWidth'

export type LaneRun = {
  id: string
  status: RunStatus
  /** Milliseconds since the epoch. */
  start: number
  /** When it ended; absent while it goes on, and for what never began. */
  end?: number
  expected?: number
  /** It took much longer or shorter than usual. */
  odd?: boolean
}
export type Lane = { key: string; name: string; runs: LaneRun[]; expected?: number[] }
export type LaneMark = { at: number; to?: number; text: string; tone: 'commit' | 'incident' }

const LANE = 32

/** How high so many lanes are drawn, their axis included. */
export const lanesHeight = (lanes: number) => TOP + lanes * LANE + 22
const TOP = 44

/** Expected against actual: a lane for each place, the schedule above, commits and incidents on the same axis. */
export function Lanes({
  label,
  lanes,
  expected,
  marks = [],
  from,
  to,
  now,
  zone,
  usual = 0,
  onOpen,
}: {
  label: string
  lanes: Lane[]
  expected: number[]
  marks?: LaneMark[]
  from: number
  to: number
  now: number
  zone: string
  /** Milliseconds a run usually takes: how long the runs to come are drawn. */
  usual?: number
  onOpen?: (run: string) => void
}) {
  const [ref, width] = useWidth(760)
  const [hover, setHover] = useState<{ run: LaneRun; lane: string } | null>(null)
  const left = width < 480 ? 84 : 108
  const bottom = TOP + lanes.length * LANE
  const height = lanesHeight(lanes.length)
  const x = linear([from, to], [left, width - 1])
  const xNow = x(now)
  const clip = `lanes-${label.replace(/\W/g, '')}`
  const long = to - from > 36 * 3_600_000
  const word = (t: number) => (long ? day(t, zone) : hhmm(t, zone))
  const pills = place(marks, x, xNow, width)
  return (
    <div ref={ref} className="relative" onPointerLeave={() => setHover(null)}>
      <svg width={width} height={height} role="img" aria-label={label} className="block">
        <defs>
          <pattern
            id="missed"
            width="5"
            height="5"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <path d="M0 0V5" stroke="var(--miss-fill)" strokeWidth="2" />
          </pattern>
          <clipPath id={clip}>
            <rect x={left - 1} y="0" width={Math.max(0, width - left + 1)} height={height} />
          </clipPath>
        </defs>
        {timeTicks(from, to, Math.max(2, Math.floor((width - left) / (long ? 96 : 64))), zone)
          .filter((t) => x(t) < width - 16 && x(t) > left + 10)
          .map((t) => (
            <g key={t}>
              <path d={`M${Math.round(x(t)) + 0.5} ${TOP - 4}V${bottom}`} stroke="var(--line)" />
              <text x={x(t)} y={height - 5} textAnchor="middle" fontSize="11" fill="var(--fg-3)">
                {word(t)}
              </text>
            </g>
          ))}
        <text x="0" y={TOP - 9} fontSize="11" fill="var(--fg-3)">
          Expected
        </text>
        <g clipPath={`url(#${clip})`}>
          {marks.map(
            (m) =>
              m.tone === 'incident' && <Wash key={m.text} x={x(m.at)} to={x(m.to ?? now)} bottom={bottom} />,
          )}
          <Expected at={expected.filter((t) => x(t) > left + 4)} x={x} now={now} />
        </g>
        {lanes.map((lane, i) => (
          <g key={lane.key}>
            <path d={`M0 ${TOP + (i + 1) * LANE - 0.5}H${width}`} stroke="var(--line)" />
            <text
              x="0"
              y={TOP + i * LANE + LANE / 2 + 4}
              fontSize="12"
              fill="var(--fg-2)"
              className="font-mono"
            >
              {lane.name.length > left / 7.4
                ? `${lane.name.slice(0, Math.floor(left / 7.6) - 1)}…`
                : lane.name}
            </text>
            <g clipPath={`url(#${clip})`}>
              {(lane.expected ?? expected)
                .filter((t) => t > now)
                .map((t) => (
                  <rect
                    key={t}
                    x={x(t)}
                    y={TOP + i * LANE + 9}
                    width={Math.max(3, x(t + usual) - x(t))}
                    height={LANE - 18}
                    rx="2"
                    fill="none"
                    stroke="var(--line-2)"
                    strokeDasharray="3 2"
                  />
                ))}
              {lane.runs.map((run) => (
                <Bar
                  key={run.id}
                  run={run}
                  a={x(run.start)}
                  b={x(run.end ?? (run.status === 'running' ? now : run.start))}
                  y={TOP + i * LANE}
                  dim={hover !== null && hover.run !== run}
                  lit={hover?.run === run}
                  onEnter={() => setHover({ run, lane: lane.name })}
                  onOpen={onOpen}
                />
              ))}
            </g>
          </g>
        ))}
        <g>
          {pills.map((m) => (
            <Pill key={m.text} mark={m} bottom={bottom} />
          ))}
        </g>
        {now >= from && now <= to && (
          <Now x={xNow} text={hhmm(now, zone)} top={17} bottom={bottom} max={width} />
        )}
      </svg>
      {hover && (
        <Tip x={x(hover.run.start)} top={bottom + 2} width={width}>
          <div className="font-medium">
            {RUN[hover.run.status].word}
            {hover.run.end &&
              hover.run.status !== 'missed' &&
              ` · ${duration(hover.run.end - hover.run.start)}`}
            <span className="font-mono font-normal text-fg-3"> {hover.lane}</span>
          </div>
          <div className="num text-fg-3">{said(hover.run, zone)}</div>
        </Tip>
      )}
      <Twin
        caption={label}
        head={['Where', 'Began', 'How', 'Took']}
        rows={lanes.flatMap((lane) =>
          lane.runs.map((r) => [
            lane.name,
            `${day(r.start, zone)} ${hhmmss(r.start, zone)}`,
            RUN[r.status].word,
            r.end ? duration(r.end - r.start) : '–',
          ]),
        )}
      />
    </div>
  )
}

function said(run: LaneRun, zone: string): ReactNode {
  const expected = run.expected ? `expected ${hhmmss(run.expected, zone)}` : 'not expected'
  return run.status === 'missed' ? expected : `${expected}, began ${hhmmss(run.start, zone)}`
}

function Expected({ at, x, now }: { at: number[]; x: (t: number) => number; now: number }) {
  return at.map((t) => (
    <path
      key={t}
      d={`M${x(t)} ${TOP - 7}l-3.5 -6h7z`}
      fill={t > now ? 'none' : 'var(--fg-3)'}
      stroke="var(--fg-3)"
      strokeWidth="1"
    />
  ))
}

function Bar({
  run,
  a,
  b,
  y,
  dim,
  lit,
  onEnter,
  onOpen,
}: {
  run: LaneRun
  a: number
  b: number
  y: number
  dim: boolean
  lit: boolean
  onEnter: () => void
  onOpen?: (run: string) => void
}) {
  const missed = run.status === 'missed'
  const width = Math.max(missed ? 10 : 4, b - a)
  const tone: Tone = RUN[run.status].tone
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the list of runs below is the keyboard's way
    <g
      onPointerEnter={onEnter}
      onClick={onOpen && (() => onOpen(run.id))}
      opacity={dim ? 0.55 : 1}
      className={onOpen && 'cursor-pointer'}
    >
      <rect x={a - 2} y={y} width={width + 4} height={LANE} fill="transparent" />
      <rect
        x={a}
        y={y + 7}
        width={width}
        height={LANE - 14}
        rx="2.5"
        fill={missed ? 'url(#missed)' : FILL[tone]}
        stroke={missed ? FILL.miss : lit ? 'var(--fg)' : 'none'}
        className={run.status === 'running' ? 'animate-run' : undefined}
      />
      {run.odd && <circle cx={a + width / 2} cy={y + LANE / 2} r="2.5" fill="var(--surface)" />}
      {run.status === 'timed_out' && (
        <path
          d={`M${a + width - 1} ${y + 4}v${LANE - 8}`}
          stroke={FILL.fail}
          strokeWidth="2.5"
          strokeLinecap="round"
        />
      )}
    </g>
  )
}

const Wash = ({ x, to, bottom }: { x: number; to: number; bottom: number }) => (
  <rect
    x={x}
    y={TOP - 4}
    width={Math.max(1, to - x)}
    height={bottom - TOP + 4}
    fill="var(--fail-fill)"
    opacity=".1"
  />
)

type Placed = LaneMark & { x: number; w: number; shown: boolean }

/** Words of the top row, left to right; one that would lie over another is left out, its line stays. */
function place(marks: LaneMark[], x: (t: number) => number, xNow: number, width: number): Placed[] {
  let end = 0
  return [...marks]
    .sort((a, b) => a.at - b.at)
    .map((m) => {
      const w = m.text.length * 7 + 14
      const at = x(m.at)
      const shown = at - w / 2 > end && at + w / 2 < width && Math.abs(at - xNow) > w / 2 + 22
      if (shown) end = at + w / 2 + 3
      return { ...m, x: at, w, shown }
    })
}

function Pill({ mark: m, bottom }: { mark: Placed; bottom: number }) {
  const commit = m.tone === 'commit'
  const colour = commit ? 'var(--accent)' : 'var(--fail-fill)'
  return (
    <g>
      <path
        d={`M${m.x} ${m.shown ? 17 : TOP - 12}V${bottom}`}
        stroke={colour}
        strokeDasharray={commit ? '2 3' : undefined}
      />
      {m.shown && (
        <>
          <rect
            x={m.x - m.w / 2}
            y="0"
            width={m.w}
            height="17"
            rx="8.5"
            fill={commit ? 'var(--accent-soft)' : 'var(--fail-soft)'}
          />
          <text
            x={m.x}
            y="12.5"
            textAnchor="middle"
            fontSize="11"
            fontWeight="500"
            fill={commit ? 'var(--accent)' : 'var(--fail)'}
            className={commit ? 'font-mono' : undefined}
          >
            {m.text}
          </text>
        </>
      )}
    </g>
  )
}

/** The present: the same violet line on every axis. */
export const Now = ({
  x,
  text,
  top,
  bottom,
  max,
}: {
  x: number
  text: string
  top: number
  bottom: number
  max: number
}) => {
  const centre = Math.min(x, max - 19)
  return (
    <g>
      <path d={`M${x} ${top}V${bottom}`} stroke="var(--accent)" strokeWidth="1.5" />
      <rect x={centre - 19} y={top - 17} width="38" height="17" rx="8.5" fill="var(--accent)" />
      <text x={centre} y={top - 4.5} textAnchor="middle" fontSize="11" fontWeight="600" fill="var(--surface)">
        {text}
      </text>
    </g>
  )
}
