import type { Schemas } from '@app/api/client'
import { duration } from '@ui/lib/time'
import { Card } from '@ui/primitives'
import { RUN, StatusGlyph } from '@ui/status'
import { Clock } from '@ui/Time'

/** The attempts of a run that was tried more than once. */
export function Attempts({ run }: { run: Schemas['Run'] }) {
  const attempts = run.attempts ?? []
  if (attempts.length < 2) return null
  return (
    <Card title="Attempts" aside={attempts.length}>
      <ol className="space-y-1.5">
        {attempts.map((a, i) => (
          <li key={a.started_at} className="flex items-center gap-2 text-sm">
            <StatusGlyph of={a.exit_status === 0 ? RUN.succeeded : RUN.failed} />
            <span className="num flex-1">
              {i + 1}. <Clock at={a.started_at} />
            </span>
            <span className="num text-xs text-fg-3">
              {a.signal ? `signal ${a.signal}` : `exit ${a.exit_status ?? '?'}`} · {duration(a.duration_ms)}
            </span>
          </li>
        ))}
      </ol>
    </Card>
  )
}
