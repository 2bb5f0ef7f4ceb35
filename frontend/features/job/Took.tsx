import type { Schemas } from '@app/api/client'
import { duration } from '@ui/lib/time'
import { clsx } from 'clsx'

/** How long good runs took before a commit and since; loud when they take much longer. */
export function Took({ of }: { of?: Schemas['RevisionDurations'] | null }) {
  if (!of?.before && !of?.after) return null
  const told = `Half of the good runs took no longer: ${of.before?.runs ?? 0} before, ${of.after?.runs ?? 0} after`
  return (
    <span className={clsx('num', of.warning ? 'text-late' : 'text-fg-3')} title={of.warning ?? told}>
      p50 {of.before ? duration(of.before.p50_ms) : '–'} → {of.after ? duration(of.after.p50_ms) : '–'}
      {of.factor != null && ` (${of.factor.toFixed(1)}×)`}
    </span>
  )
}
