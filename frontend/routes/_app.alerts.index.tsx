import { useReason } from '@app/api/access'
import { channelsQuery } from '@app/api/queries/alerts'
import { ChannelCard } from '@app/features/alerts/ChannelCard'
import { ChannelDialog } from '@app/features/alerts/ChannelDialog'
import { useSuspenseQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { Empty } from '@ui/Empty'
import { Button } from '@ui/primitives'
import { Plus } from 'lucide-react'

type Search = { new?: boolean; edit?: string }

export const Route = createFileRoute('/_app/alerts/')({
  validateSearch: (s: Record<string, unknown>): Search => ({
    new: s.new === true || undefined,
    edit: typeof s.edit === 'string' ? s.edit : undefined,
  }),
  loader: ({ context }) => context.query.ensureQueryData(channelsQuery),
  component: Channels,
})

function Channels() {
  const search = Route.useSearch()
  const go = Route.useNavigate()
  const { data: channels } = useSuspenseQuery(channelsQuery)
  const why = useReason('admin')
  const close = () => void go({ search: {} })
  const button = (
    <Button kind="solid" icon={<Plus />} reason={why} onClick={() => void go({ search: { new: true } })}>
      New channel
    </Button>
  )
  return (
    <>
      {channels.length === 0 ? (
        <Empty title="Nobody is told yet" action={button}>
          <p>
            A channel is where messages go: Slack, e-mail, PagerDuty and others. Routes in Git say which jobs
            and how grave; what no route is for goes to the channels you mark as default.
          </p>
        </Empty>
      ) : (
        <div className="p-4 md:px-6">
          <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
            <p className="text-fg-2">
              Where messages go. Routes in Git say what goes where; the rest goes to the default ones.
            </p>
            {button}
          </div>
          <ul aria-label="Channels" className="grid grid-cols-1 gap-4 lg:grid-cols-2 2xl:grid-cols-3">
            {channels.map((c) => (
              <li key={c.id}>
                <ChannelCard channel={c} onEdit={() => void go({ search: { edit: c.id } })} />
              </li>
            ))}
          </ul>
        </div>
      )}
      {search.new && <ChannelDialog onClose={close} />}
      {search.edit && channels.some((c) => c.id === search.edit) && (
        <ChannelDialog channel={channels.find((c) => c.id === search.edit)} onClose={close} />
      )}
    </>
  )
}
