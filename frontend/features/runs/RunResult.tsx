import type { Schemas } from '@app/api/client'
import { duration } from '@ui/lib/time'
import { RUN, TEXT } from '@ui/status'
import { Elapsed } from '@ui/Time'
import { clsx } from 'clsx'

/** How a run went, in a word or two: the time a good one took, else what was wrong. */
export function RunResult({ run }: { run: Schemas['Run'] }) {
  return (
    <span
      className={clsx('num text-xs', run.status === 'succeeded' ? 'text-fg-3' : TEXT[RUN[run.status].tone])}
    >
      {run.status === 'running' && run.started_at ? <Elapsed from={run.started_at} /> : ended(run)}
    </span>
  )
}

export function ended(run: Schemas['Run']): string {
  if (run.status === 'succeeded') return run.duration_ms == null ? 'ok' : duration(run.duration_ms)
  if (run.status === 'failed' && run.signal) return `signal ${run.signal}`
  if (run.status === 'failed' && run.exit_status) return `exit ${run.exit_status}`
  return RUN[run.status].word.toLowerCase()
}
