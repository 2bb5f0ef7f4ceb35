import type { Schemas } from '@app/api/client'
import { Link } from '@tanstack/react-router'
import { count, hhmm, int, ms } from '@ui/lib/time'
import { useZone } from '@ui/lib/zone'
import { Card } from '@ui/primitives'

/** What starts within the hour. */
export function NextUp({ moments, total }: { moments: Schemas['AgendaMoment'][]; total: number }) {
  const zone = useZone()
  return (
    <Card
      title="Next up"
      flush
      aside={
        <Link to="/timeline" search={{ view: 'agenda' }} className="num hover:text-fg">
          {count(total, 'run')} in the hour
        </Link>
      }
    >
      {moments.length === 0 ? (
        <p className="border-t px-4 py-4 text-fg-3">Nothing starts within the hour.</p>
      ) : (
        <ol className="pb-2">
          {moments.slice(0, 7).map((m) => {
            const names = [...new Set(m.jobs.map((j) => j.name))]
            return (
              <li
                key={m.at}
                className="grid grid-cols-[3rem_minmax(0,1fr)_auto] items-baseline gap-3 px-4 py-[6.5px]"
              >
                <span className="num font-medium">{hhmm(ms(m.at), zone)}</span>
                <span className="truncate text-fg-2">{names.join(', ')}</span>
                <span className="num text-xs text-fg-3">
                  {m.total > names.length && `+${int(m.total - names.length)}`}
                </span>
              </li>
            )
          })}
        </ol>
      )}
    </Card>
  )
}
