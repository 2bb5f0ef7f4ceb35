import { useReason } from '@app/api/access'
import { useAction } from '@app/api/action'
import { api, done, type Schemas } from '@app/api/client'
import { enrollTokensQuery } from '@app/api/queries/hosts'
import { rowsOf } from '@app/api/queries/list'
import { meQuery } from '@app/api/queries/me'
import { atLeast } from '@app/api/roles'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { now } from '@ui/lib/clock'
import { ms } from '@ui/lib/time'
import { Button, Card, Labels, Tag } from '@ui/primitives'
import { Ago } from '@ui/Time'
import { Trash2 } from 'lucide-react'

/** Enrolment lines that still work. */
export function EnrollTokens() {
  const { data: me } = useQuery(meQuery)
  const { data } = useInfiniteQuery({ ...enrollTokensQuery, enabled: !!me && atLeast(me.role, 'admin') })
  const open = rowsOf(data).filter((t) => t.used < t.uses && ms(t.expires_at) > now())
  if (open.length === 0) return null
  return (
    <div className="p-4 md:px-6">
      <Card title="Enrolment lines that still work" flush>
        <ul>
          {open.map((t) => (
            <Row key={t.id} token={t} />
          ))}
        </ul>
      </Card>
    </div>
  )
}

function Row({ token: t }: { token: Schemas['EnrollToken'] }) {
  const why = useReason('admin')
  const end = useAction(
    () => done(api.DELETE('/api/v1/enroll-tokens/{id}', { params: { path: { id: t.id } } })),
    {
      done: 'It no longer works',
      stale: [['enroll-tokens']],
    },
  )
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t px-4 py-2 text-sm">
      <Labels of={t.labels} />
      {t.approval && <Tag>needs approval</Tag>}
      <span className="num text-xs text-fg-3">
        used {t.used} of {t.uses}
      </span>
      <span className="flex-1 text-xs text-fg-3">by {t.created_by}</span>
      <span className="text-xs text-fg-3">
        ends <Ago at={t.expires_at} />
      </span>
      <Button
        kind="ghost"
        small
        icon={<Trash2 />}
        aria-label="End it now"
        reason={why}
        pending={end.isPending}
        onClick={() => end.mutate()}
      />
    </li>
  )
}
