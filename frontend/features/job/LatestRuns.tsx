import type { Schemas } from '@app/api/client'
import { rowsOf } from '@app/api/queries/list'
import { runsQuery } from '@app/api/queries/monitoring'
import { OutputPeek } from '@app/features/runs/OutputPeek'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { now } from '@ui/lib/clock'
import { day, hhmm } from '@ui/lib/time'
import { useZone } from '@ui/lib/zone'
import { buttonClass, Card, Skeleton } from '@ui/primitives'
import { RUN, StatusGlyph } from '@ui/status'
import { clsx } from 'clsx'
import { Maximize2 } from 'lucide-react'
import { RunResult } from '../runs/RunResult'
import { startOf } from './startOf'

const SHOWN = 8

/** The run whose output is beside the list: the one that was chosen, or the last that wrote something. */
export function peeked(all: Schemas['Run'][], chosen?: string): Schemas['Run'] | undefined {
  const latest = all.slice(0, SHOWN)
  return all.find((r) => r.id === chosen) ?? latest.find((r) => r.output_bytes) ?? latest[0]
}

/** The latest runs, and beside them what the chosen one wrote. */
export function LatestRuns({
  job,
  chosen,
  onChoose,
}: {
  job: Schemas['Job']
  chosen?: string
  onChoose: (run: string) => void
}) {
  const { data } = useInfiniteQuery(runsQuery({ job: `${job.namespace}/${job.name}` }, 200))
  const zone = useZone()
  const runs = rowsOf(data).slice(0, SHOWN)
  const shown = peeked(rowsOf(data), chosen)
  const word = (r: Schemas['Run']) => {
    const at = startOf(r)
    return now() - at > 86_400_000 ? day(at, zone) : hhmm(at, zone)
  }
  if (!data) {
    return (
      <Card title="Latest runs" flush>
        {/* As high as the list and the output beside it. */}
        <div className="border-t p-4 max-md:h-[calc(8*2rem+14rem)] md:h-64">
          <Skeleton className="h-full" />
        </div>
      </Card>
    )
  }
  if (!shown) {
    return (
      <Card title="Latest runs">
        <p className="py-4 text-fg-3">No run yet. The first one shows here by itself.</p>
      </Card>
    )
  }
  return (
    <Card
      title="Latest runs"
      flush
      aside={
        <Link
          to="/runs/$id"
          params={{ id: shown.id }}
          className={buttonClass('ghost', { small: true })}
          aria-label="Open the chosen run"
        >
          <Maximize2 aria-hidden="true" />
          Open
        </Link>
      }
    >
      <div className="grid border-t md:h-64 md:grid-cols-[18rem_minmax(0,1fr)]">
        <ul className="min-h-0 overflow-y-auto py-0 md:border-r">
          {runs.map((r) => (
            <li key={r.id}>
              <button
                type="button"
                aria-pressed={r === shown}
                onClick={() => onChoose(r.id)}
                className={clsx(
                  'grid h-8 w-full grid-cols-[auto_3.5rem_minmax(0,1fr)_auto] items-center gap-2.5 px-4 text-left outline-offset-[-2px]',
                  r === shown ? 'bg-line' : 'hover:bg-hover',
                )}
              >
                <StatusGlyph of={RUN[r.status]} />
                <span className="num truncate">{word(r)}</span>
                <span className="truncate font-mono text-xs text-fg-2">{r.host ?? ''}</span>
                <RunResult run={r} />
              </button>
            </li>
          ))}
        </ul>
        <div className="h-56 min-h-0 overflow-hidden rounded-br-lg bg-term max-md:rounded-bl-lg md:h-auto">
          <OutputPeek run={shown} />
        </div>
      </div>
    </Card>
  )
}
