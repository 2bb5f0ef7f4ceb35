import type { Schemas } from '@app/api/client'
import { namespacesQuery } from '@app/api/queries/jobs'
import { agendaQuery } from '@app/api/queries/time'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Empty } from '@ui/Empty'
import { useNow } from '@ui/lib/clock'
import { grouped } from '@ui/lib/grouped'
import { count, day, hhmm, int, ms, weekday } from '@ui/lib/time'
import { useZone } from '@ui/lib/zone'
import { Note, Tag } from '@ui/primitives'
import { PageBody } from '@ui/Shell'
import { Ago } from '@ui/Time'

const DAY = 86_400_000
/** So many jobs at one moment are a collision worth a word. */
const CROWD = 4

/** What starts when, in order; moments at which many start together stand out. */
export function Agenda({
  at,
  namespace,
  onNamespace,
}: {
  at?: number
  namespace?: string
  onNamespace: (namespace?: string) => void
}) {
  const zone = useZone()
  const now = useNow(60_000)
  const from = at ?? now
  const { data } = useQuery(agendaQuery(from, from + DAY, namespace))
  const { data: namespaces = [] } = useQuery(namespacesQuery)
  const moments = data?.items ?? []
  const days = grouped(moments, (m) => day(ms(m.at), zone))
  return (
    <PageBody className="px-4 py-4 md:px-6">
      <div className="mb-4 flex flex-wrap items-center gap-3">
        <p className="text-fg-2">
          <span className="num font-medium text-fg">{int(data?.total ?? 0)}</span> starts in 24 hours
        </p>
        <label className="ml-auto">
          <span className="sr-only">Namespace</span>
          <select
            value={namespace ?? ''}
            onChange={(e) => onNamespace(e.target.value || undefined)}
            className="h-8 rounded-md border border-line-2 bg-surface px-2 text-sm"
          >
            <option value="">All namespaces</option>
            {namespaces.map((n) => (
              <option key={n.name}>{n.name}</option>
            ))}
          </select>
        </label>
      </div>
      {data?.truncated && (
        <div className="mb-3">
          <Note>There is more than is shown; choose a namespace, or another time.</Note>
        </div>
      )}
      {data && moments.length === 0 && (
        <Empty title="Nothing is expected">
          <p>No job that is watched is due in these 24 hours.</p>
        </Empty>
      )}
      {days.map(([name, all]) => (
        <section key={name} aria-label={name} className="mb-6">
          <h2 className="label mb-1">
            {weekday(ms(all[0]?.at ?? ''), zone)}, {name.split(' ').slice(1).join(' ')}
          </h2>
          <ol>
            {all.map((m) => (
              <Moment key={m.at} moment={m} zone={zone} />
            ))}
          </ol>
        </section>
      ))}
    </PageBody>
  )
}

function Moment({ moment: m, zone }: { moment: Schemas['AgendaMoment']; zone: string }) {
  const jobs = grouped(m.jobs, (j) => `${j.namespace}/${j.name}`)
  const told = m.jobs.length
  return (
    <li className="grid grid-cols-[3.5rem_minmax(0,1fr)_auto] items-baseline gap-3 border-t py-2">
      <span className="num font-medium">{hhmm(ms(m.at), zone)}</span>
      <span className="flex min-w-0 flex-wrap gap-x-4 gap-y-1">
        {jobs.map(([path, on]) => (
          <Link
            key={path}
            to="/jobs/$namespace/$name"
            params={{ namespace: on[0]?.namespace ?? '', name: on[0]?.name ?? '' }}
            className="hover:underline"
          >
            <span className="text-fg-3">{on[0]?.namespace} / </span>
            {on[0]?.name}
            {on.length > 1 && <span className="num text-xs text-fg-3"> × {on.length}</span>}
          </Link>
        ))}
        {m.total > told && <span className="num text-fg-3">and {int(m.total - told)} more</span>}
      </span>
      <span className="flex items-center gap-2 text-xs text-fg-3">
        {m.total >= CROWD && <Tag>{count(m.total, 'start')} at once</Tag>}
        <Ago at={m.at} />
      </span>
    </li>
  )
}
