import type { Schemas } from '@app/api/client'
import { Card } from '@ui/primitives'
import { INCIDENT, StatusGlyph } from '@ui/status'

const WORDS: Record<Schemas['ConditionKind'], string> = {
  fetched: 'Fetched from Git',
  verified: 'Signatures verified',
  policy_passed: 'Policies passed',
  rendered: 'Rendered for its scheduler',
  applied: 'Written to the host',
  loaded: 'Loaded by the scheduler',
  healthy: 'Healthy',
}

/** The stages from Git to a loaded entry: for the host, and for the jobs where one does not hold. */
export function Conditions({ agent }: { agent: Schemas['Agent'] }) {
  const shown = agent.conditions.filter((c) => !c.job || !c.ok)
  if (shown.length === 0) return null
  return (
    <Card title="Conditions" flush>
      <ul>
        {shown.map((c) => (
          <li key={`${c.job ?? ''}.${c.kind}`} className="flex items-start gap-3 border-t px-4 py-2">
            <span className="pt-0.5">
              <StatusGlyph of={c.ok ? INCIDENT.resolved : INCIDENT.open} quiet />
            </span>
            <span className="min-w-0 flex-1">
              {c.job && <span className="font-medium">{c.job}: </span>}
              {WORDS[c.kind]}
              <span className="sr-only">{c.ok ? ' holds' : ' does not hold'}</span>
              {c.reason && (
                <span className={`wrap-anywhere ${c.ok ? 'text-fg-3' : 'text-fail'}`}> · {c.reason}</span>
              )}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
