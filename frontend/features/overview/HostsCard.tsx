import type { Schemas } from '@app/api/client'
import { agentsQuery } from '@app/api/queries/hosts'
import { rowsOf } from '@app/api/queries/list'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { int } from '@ui/lib/time'
import { Card } from '@ui/primitives'
import { AGENT, StatusGlyph } from '@ui/status'
import { Ago } from '@ui/Time'

/** Hosts that need a look first, then the rest, as far as there is room. */
export function HostsCard({ troubled }: { troubled: Schemas['TroubledAgent'][] }) {
  const { data } = useInfiniteQuery(agentsQuery())
  const all = rowsOf(data).filter((a) => a.state !== 'revoked' && a.state !== 'left')
  const online = all.filter((a) => a.state === 'online').length
  const known = new Set(troubled.map((a) => a.id))
  const rest = all.filter((a) => !known.has(a.id)).slice(0, Math.max(0, 5 - troubled.length))
  const rows = [
    ...troubled.map((a) => ({ ...a, seen: a.seen_at })),
    ...rest.map((a) => ({ ...a, seen: a.last_seen_at })),
  ]
  return (
    <Card
      title="Agents"
      flush
      aside={
        <Link to="/agents" className="num hover:text-fg">
          {int(online)} of {int(all.length)} online
        </Link>
      }
    >
      {rows.length === 0 ? (
        <p className="border-t px-4 py-4 text-fg-3">No host is enrolled.</p>
      ) : (
        <ul>
          {rows.map((a) => (
            <li key={a.id} className="border-t">
              <Link
                to="/agents/$id"
                params={{ id: a.id }}
                className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-3 px-4 py-2 outline-offset-[-2px] hover:bg-hover"
              >
                <StatusGlyph of={AGENT[a.state]} />
                <span className="truncate font-mono text-xs">{a.name}</span>
                <span className="text-xs text-fg-3">
                  {a.drift > 0 ? (
                    <span className="num text-late">{int(a.drift)} drifted</span>
                  ) : a.state === 'online' ? (
                    'in sync'
                  ) : (
                    <>
                      seen <Ago at={a.seen} />
                    </>
                  )}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
