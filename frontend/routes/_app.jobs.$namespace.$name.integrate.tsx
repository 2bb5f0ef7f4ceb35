import { useReason } from '@app/api/access'
import { useAction } from '@app/api/action'
import { api, get, type Schemas } from '@app/api/client'
import { jobQuery } from '@app/api/queries/jobs'
import { monitorsQuery } from '@app/api/queries/monitoring'
import { Snippets } from '@app/features/start/Snippets'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { Snippet } from '@ui/Copy'
import { Confirm } from '@ui/Dialog'
import { Button, Card, Note } from '@ui/primitives'
import { RUN, StatusGlyph } from '@ui/status'
import { Ago } from '@ui/Time'
import { KeyRound } from 'lucide-react'
import { useState } from 'react'

export const Route = createFileRoute('/_app/jobs/$namespace/$name/integrate')({
  validateSearch: (s: Record<string, unknown>): { how?: string } => ({
    how: typeof s.how === 'string' ? s.how : undefined,
  }),
  component: Integrate,
})

function Integrate() {
  const params = Route.useParams()
  const { how } = Route.useSearch()
  const go = Route.useNavigate()
  const { data: job } = useSuspenseQuery(jobQuery(params))
  const { data: monitors = [] } = useQuery(monitorsQuery({ job: `${job.namespace}/${job.name}` }))
  const [made, setMade] = useState<string>()
  const monitor = monitors[0]
  if (!job.ping) return <HeldByAgents job={job} />
  const url = made ?? `${location.origin}/in/<KEY>`
  return (
    <div className="grid grid-cols-1 gap-4 p-4 md:px-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
      <Card title="Report its runs">
        <Snippets
          url={url}
          chosen={how}
          onChoose={(key) => void go({ search: { how: key }, replace: true, resetScroll: false })}
        />
      </Card>
      <div className="grid grid-cols-1 auto-rows-min gap-4">
        <Card title="Its address">
          <Snippet text={url} label="address" wrap />
          {made ? (
            <div className="mt-3">
              <Note tone="late">
                Copy it now: the key in it is shown this once. The snippets hold it, too.
              </Note>
            </div>
          ) : (
            <p className="mt-3 text-xs text-fg-3">
              The server keeps a hash of the key alone and can not show it again. Who has it keeps using it; a
              new one ends the old at once.
            </p>
          )}
          <div className="mt-3">
            <NewKey monitor={monitor} onMade={setMade} />
          </div>
        </Card>
        <Card title="First check-in">
          <Waiting monitor={monitor} />
        </Card>
      </div>
    </div>
  )
}

/** Turns green by itself when the first signal comes. */
function Waiting({ monitor }: { monitor?: Schemas['Monitor'] }) {
  if (!monitor) return <p className="text-fg-3">Nothing watches the job yet.</p>
  if (!monitor.last_run_at) {
    return (
      <p role="status" className="flex items-center gap-2 text-fg-2">
        <span className="animate-run">
          <StatusGlyph of={RUN.running} quiet />
        </span>
        Waiting for the first check-in…
      </p>
    )
  }
  return (
    <p role="status" className="flex items-center gap-2 text-ok">
      <StatusGlyph of={RUN.succeeded} quiet />
      <span>
        It reports. Last heard <Ago at={monitor.last_run_at} />.
      </span>
    </p>
  )
}

function NewKey({ monitor, onMade }: { monitor?: Schemas['Monitor']; onMade: (url: string) => void }) {
  const [asking, setAsking] = useState(false)
  const role = useReason('admin')
  const rotate = useAction(
    (id: string) => get(api.POST('/api/v1/monitors/{id}/key', { params: { path: { id } } })),
    {
      onDone: (key) => {
        onMade(key.url)
        setAsking(false)
      },
    },
  )
  return (
    <>
      <Button
        icon={<KeyRound />}
        reason={role || (!monitor && 'Nothing watches the job yet')}
        onClick={() => setAsking(true)}
      >
        Make a new key
      </Button>
      {asking && monitor && (
        <Confirm
          title="Make a new key?"
          action="Make it"
          pending={rotate.isPending}
          onClose={() => setAsking(false)}
          onConfirm={() => rotate.mutate(monitor.id)}
        >
          <p>Whatever reports with the old key is refused from then on, until it has the new one.</p>
        </Confirm>
      )}
    </>
  )
}

function HeldByAgents({ job }: { job: Schemas['Job'] }) {
  return (
    <div className="max-w-3xl space-y-4 p-4 md:px-6">
      <Card title="Nothing to do here">
        <p className="text-fg-2">
          Agents hold this job: they write its entry into the host’s own scheduler, and{' '}
          <code className="font-mono text-xs">crontopus-run</code> reports each run, with its exit status and
          output.
        </p>
        <p className="mt-3 text-fg-2">This is the line that a crontab holds for it:</p>
        <div className="mt-2">
          <Snippet text={`crontopus-run ${job.namespace}/${job.name}`} label="entry" />
        </div>
      </Card>
      <Card title="Scheduled elsewhere?">
        <p className="text-fg-2">
          Leave <code className="font-mono text-xs">command</code> and{' '}
          <code className="font-mono text-xs">host</code> out of the manifest. Then anything that can send a
          request reports it, and you find the lines to paste here.
        </p>
      </Card>
    </div>
  )
}
