import { now } from '@ui/lib/clock'
import { day, hhmm, isoDay, ms } from '@ui/lib/time'
import { useZone } from '@ui/lib/zone'
import { lazy, Suspense, useState } from 'react'

const Between = lazy(() => import('./Between'))

export type When = { after?: string; before?: string }

const HOUR = 3_600_000
const SPANS = [
  { name: 'The last hour', ms: HOUR },
  { name: 'The last 24 hours', ms: 24 * HOUR },
  { name: 'The last 7 days', ms: 168 * HOUR },
  { name: 'The last 30 days', ms: 720 * HOUR },
]

/** From when to when: a few spans that end now, or two moments. The address holds moments, so it says the same later. */
export function WhenFilter({ value, onChange }: { value: When; onChange: (when: When) => void }) {
  const zone = useZone()
  const [asking, setAsking] = useState(false)
  const chosen = !!(value.after || value.before)
  return (
    <>
      <label>
        <span className="sr-only">When</span>
        <select
          value={chosen ? 'chosen' : ''}
          onChange={(e) => {
            const span = SPANS[Number(e.target.value)]
            if (e.target.value === 'between') setAsking(true)
            else if (e.target.value === '' || !span) onChange({})
            else onChange({ after: minute(now() - span.ms) })
          }}
          className="h-8 max-w-60 rounded-md border border-line-2 bg-surface px-2 text-sm"
        >
          <option value="">Any time</option>
          {chosen && <option value="chosen">{said(value, zone)}</option>}
          {SPANS.map((s, i) => (
            <option key={s.name} value={i}>
              {s.name}
            </option>
          ))}
          <option value="between">Between…</option>
        </select>
      </label>
      {asking && (
        <Suspense fallback={null}>
          <Between
            zone={zone}
            from={value.after ?? minute(now() - 24 * HOUR)}
            until={value.before}
            onChange={onChange}
            onClose={() => setAsking(false)}
          />
        </Suspense>
      )}
    </>
  )
}

/** `since Tue 10 Mar 09:00`, `Tue 10 Mar 09:00 – 12:00`. */
function said({ after, before }: When, zone: string): string {
  const at = (iso: string) => `${day(ms(iso), zone)} ${hhmm(ms(iso), zone)}`
  if (!before) return `Since ${after ? at(after) : ''}`
  if (!after) return `Until ${at(before)}`
  const isOneDay = isoDay(ms(after), zone) === isoDay(ms(before), zone)
  return `${at(after)} – ${isOneDay ? hhmm(ms(before), zone) : at(before)}`
}

const minute = (at: number) => new Date(Math.floor(at / 60_000) * 60_000).toISOString()
