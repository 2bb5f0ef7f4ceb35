import type { Schemas } from '@app/api/client'
import { Link } from '@tanstack/react-router'
import { duration, int } from '@ui/lib/time'
import { Stat } from '@ui/primitives'
import { JOB, StatusGlyph, TEXT } from '@ui/status'

const SHOWN: Schemas['JobStatus'][] = [
  'failing',
  'late',
  'invalid',
  'unplaced',
  'unknown',
  'pending',
  'paused',
]

/** The one sentence the page is for, and the counts as ways to the jobs behind them. */
export function Health({ data }: { data: Schemas['Overview'] }) {
  const { counts, runs } = data
  const rate = runs.success_rate
  return (
    <section
      aria-label="Health"
      className="flex flex-wrap items-end justify-between gap-x-10 gap-y-4 pb-1 xl:col-span-2"
    >
      <div>
        <p className="text-2xl font-semibold tracking-tight">
          <span className="num">{int(counts.ok)}</span>
          <span className="text-fg-3"> of </span>
          <span className="num">{int(counts.all)}</span>
          <span className="text-fg-3"> {counts.all === 1 ? 'job' : 'jobs'} healthy</span>
        </p>
        <p className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-sm">
          {SHOWN.filter((s) => counts[s] > 0).map((s) => (
            <Link
              key={s}
              to="/jobs"
              search={{ status: s }}
              className="flex items-center gap-1.5 hover:underline"
            >
              <StatusGlyph of={JOB[s]} quiet />
              <span className={`num font-medium ${TEXT[JOB[s].tone]}`}>{int(counts[s])}</span>
              <span className="text-fg-2">{JOB[s].word.toLowerCase()}</span>
            </Link>
          ))}
          {counts.failing + counts.late + counts.invalid === 0 && (
            <span className="text-fg-2">Nothing failing.</span>
          )}
        </p>
      </div>
      <dl className="grid grid-cols-2 gap-x-10 gap-y-3 sm:grid-cols-3 2xl:grid-cols-6">
        <Stat name="Runs in 24 h">{int(runs.total)}</Stat>
        <Stat name="Success">
          {rate == null ? '–' : `${(rate * 100).toFixed(rate > 0.9995 || rate < 0.1 ? 0 : 2)} %`}
        </Stat>
        <Stat name="Gone wrong">
          <span className={runs.bad > 0 ? 'text-fail' : undefined}>{int(runs.bad)}</span>
        </Stat>
        <Stat name="Running now">
          <Link to="/runs" search={{ status: 'running' }} className="hover:underline">
            {runs.running >= 10_000 ? '10,000+' : int(runs.running)}
          </Link>
        </Stat>
        <Stat name="Start lag">
          {runs.lag ? (
            <span title={`p50 and p95 of ${int(runs.lag.starts)} starts in 24 h, after they were expected`}>
              {duration(runs.lag.p50_ms)}
              <span className="text-fg-3"> / {duration(runs.lag.p95_ms)}</span>
            </span>
          ) : (
            '–'
          )}
        </Stat>
        <Stat name="Open incidents">{data.open_incidents >= 400 ? '400+' : int(data.open_incidents)}</Stat>
      </dl>
    </section>
  )
}
