import type { Schemas } from '@app/api/client'
import { channelsQuery, deliveriesQuery, queueQuery } from '@app/api/queries/alerts'
import { rowsOf } from '@app/api/queries/list'
import { DeliveryRow } from '@app/features/alerts/DeliveryRow'
import { More } from '@app/features/More'
import { useQuery, useSuspenseInfiniteQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { NoMatch } from '@ui/Empty'
import { count, span } from '@ui/lib/time'
import { Card, Chip } from '@ui/primitives'

type Search = { channel?: string; state?: Schemas['DeliveryState'] }
const STATES = ['waiting', 'sent', 'failed'] as const
const WORD = { waiting: 'Waiting', sent: 'Sent', failed: 'Given up' }

export const Route = createFileRoute('/_app/alerts/deliveries')({
  validateSearch: (s: Record<string, unknown>): Search => ({
    channel: typeof s.channel === 'string' ? s.channel : undefined,
    state: STATES.find((state) => state === s.state),
  }),
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    context.query.ensureInfiniteQueryData(deliveriesQuery({ channel_id: deps.channel, state: deps.state })),
  component: Deliveries,
})

function Deliveries() {
  const { channel, state } = Route.useSearch()
  const go = Route.useNavigate()
  const list = useSuspenseInfiniteQuery(deliveriesQuery({ channel_id: channel, state }))
  const { data: channels = [] } = useQuery(channelsQuery)
  const { data: queue } = useQuery(queueQuery)
  const deliveries = rowsOf(list.data)
  return (
    <div className="p-4 md:px-6">
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <fieldset className="flex items-center gap-1">
          <legend className="sr-only">State</legend>
          <Chip on={!state} onClick={() => void go({ search: (s) => ({ ...s, state: undefined }) })}>
            All
          </Chip>
          {STATES.map((s) => (
            <Chip
              key={s}
              on={state === s}
              onClick={() => void go({ search: (x) => ({ ...x, state: state === s ? undefined : s }) })}
            >
              {WORD[s]}
            </Chip>
          ))}
        </fieldset>
        <select
          aria-label="Channel"
          value={channel ?? ''}
          onChange={(e) => void go({ search: (s) => ({ ...s, channel: e.target.value || undefined }) })}
          className="h-8 rounded-md border border-line-2 bg-surface px-2 text-sm"
        >
          <option value="">All channels</option>
          {channels.map((c) => (
            <option key={c.id} value={c.id}>
              {c.name}
            </option>
          ))}
        </select>
        {queue && (
          <span className="num ml-auto text-xs text-fg-3">
            {queue.waiting === 0
              ? 'nothing waits'
              : `${count(queue.waiting, 'message')} waiting, the oldest for ${span(queue.oldest_age_seconds * 1000)}`}
          </span>
        )}
      </div>
      <Card title="What was and is to be told" flush>
        {deliveries.length === 0 ? (
          <NoMatch>Nothing was told yet.</NoMatch>
        ) : (
          <ul aria-label="Deliveries">
            {deliveries.map((d) => (
              <DeliveryRow key={d.id} delivery={d} />
            ))}
          </ul>
        )}
        <More of={list} />
      </Card>
    </div>
  )
}
