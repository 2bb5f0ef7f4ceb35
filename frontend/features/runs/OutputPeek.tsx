import type { Schemas } from '@app/api/client'
import { sentence } from '@app/api/problem'
import { outputQuery } from '@app/api/queries/monitoring'
import { useQuery } from '@tanstack/react-query'
import { LogEnd } from '@ui/LogEnd'
import { useMemo } from 'react'
import { outputLines } from './output'

/** The end of what a run wrote. */
export function OutputPeek({ run }: { run: Schemas['Run'] }) {
  const { data, error, isPending } = useQuery(outputQuery(run.id))
  const lines = useMemo(() => (data ? outputLines(data) : []), [data])
  if (lines.length) return <LogEnd lines={lines} />
  return (
    <p className="p-4 font-mono text-2xs text-term-dim">
      {error ? sentence(error) : isPending ? '' : silence(run)}
    </p>
  )
}

/** Why there is nothing to read. */
export function silence(run: Schemas['Run']): string {
  if (run.status === 'missed') return 'It did not run, so it wrote nothing.'
  if (run.status === 'running') return 'Its output comes when it ends.'
  if (run.status === 'skipped') return 'It was skipped: another run was still going on.'
  return 'It wrote nothing, or its output was not kept.'
}
