import { runQuery } from '@app/api/queries/monitoring'
import { OutputPeek } from '@app/features/runs/OutputPeek'
import { RunResult } from '@app/features/runs/RunResult'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { buttonClass, Card } from '@ui/primitives'
import { RUN, StatusGlyph } from '@ui/status'
import { At } from '@ui/Time'
import { Maximize2 } from 'lucide-react'

/** The latest run of an incident and the end of what it wrote: usually the answer. */
export function LastRun({ id }: { id: string }) {
  const { data: run } = useQuery(runQuery(id))
  if (!run) return null
  return (
    <Card
      flush
      label="Last run"
      title={
        <span className="flex items-center gap-2">
          <StatusGlyph of={RUN[run.status]} />
          Last run
          <span className="font-normal text-fg-3">
            <At at={run.started_at ?? run.expected_at ?? run.created_at} />
          </span>
          <RunResult run={run} />
        </span>
      }
      aside={
        <Link to="/runs/$id" params={{ id }} className={buttonClass('ghost', { small: true })}>
          <Maximize2 aria-hidden="true" />
          Open
        </Link>
      }
    >
      <div
        className="overflow-hidden rounded-b-lg border-t bg-term"
        style={{ height: roomFor(run.output_bytes ?? 0) }}
      >
        <OutputPeek run={run} />
      </div>
    </Card>
  )
}

/** Room for what it wrote, by its length alone: what is below does not move when the lines come. */
const roomFor = (bytes: number) => Math.min(256, 38 + 19 * Math.ceil(bytes / 64))
