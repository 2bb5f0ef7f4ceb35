import type { Schemas } from '@app/api/client'
import { At } from '@ui/Time'
import { lag } from './RunRow'

/** When a run began or should have, on which host, and how late. */
export const WhenAndWhere = ({ run }: { run: Schemas['Run'] }) => (
  <span className="text-sm text-fg-3">
    <At at={run.started_at ?? run.expected_at ?? run.created_at} />
    {run.host && (
      <>
        {' on '}
        <span className="font-mono text-xs text-fg-2">{run.host}</span>
      </>
    )}
    {lag(run) && `, ${lag(run)}`}
  </span>
)
