import { useReason } from '@app/api/access'
import { useAction } from '@app/api/action'
import { api, done, get, type Schemas } from '@app/api/client'
import { maintenanceQuery, snoozesQuery } from '@app/api/queries/alerts'
import { MaintenanceCard } from '@app/features/alerts/MaintenanceCard'
import { Form, text } from '@app/features/auth/Form'
import { ApiButton } from '@app/features/shell/ApiButton'
import { ZoneSwitch } from '@app/features/shell/ZoneSwitch'
import { useSuspenseQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { Snippet } from '@ui/Copy'
import { Panel } from '@ui/Dialog'
import { Field, Select } from '@ui/Field'
import { Button, Card } from '@ui/primitives'
import { PageBody, PageHead, PageTitle } from '@ui/Shell'
import { At } from '@ui/Time'
import { BellOff, X } from 'lucide-react'
import { useState } from 'react'

export const Route = createFileRoute('/_app/maintenance')({
  loader: ({ context }) =>
    Promise.all([
      context.query.ensureQueryData(maintenanceQuery),
      context.query.ensureQueryData(snoozesQuery),
    ]),
  component: Maintenance,
})

function Maintenance() {
  const { data: windows } = useSuspenseQuery(maintenanceQuery)
  const { data: snoozes } = useSuspenseQuery(snoozesQuery)
  const [asking, setAsking] = useState(false)
  const why = useReason('member')
  return (
    <>
      <PageHead
        title={<PageTitle>Maintenance</PageTitle>}
        actions={
          <>
            <ZoneSwitch />
            <ApiButton />
            <Button kind="solid" icon={<BellOff />} reason={why} onClick={() => setAsking(true)}>
              Snooze
            </Button>
          </>
        }
      />
      <PageBody className="grid grid-cols-1 auto-rows-min gap-4 p-4 md:p-6 xl:grid-cols-[minmax(0,1fr)_24rem]">
        <div className="grid grid-cols-1 min-w-0 auto-rows-min gap-4">
          {windows.map((w) => (
            <MaintenanceCard key={`${w.namespace}/${w.name}`} rule={w} />
          ))}
          {windows.length === 0 && (
            <Card title="Planned in Git">
              <p className="mb-3 text-fg-2">
                Nothing is planned. A window in Git keeps everybody quiet while you work, once or again and
                again:
              </p>
              <Snippet label="maintenance" text={EXAMPLE} />
            </Card>
          )}
        </div>
        <Card title="Snoozed now" flush className="self-start">
          {snoozes.length === 0 ? (
            <p className="border-t px-4 py-4 text-fg-3">
              Nothing. Runs are judged all the same; nobody is told.
            </p>
          ) : (
            <ul aria-label="Snoozes">
              {snoozes.map((s) => (
                <Row key={s.id} snooze={s} />
              ))}
            </ul>
          )}
        </Card>
      </PageBody>
      {asking && <SnoozeLabel onClose={() => setAsking(false)} />}
    </>
  )
}

const whatOf = (s: Schemas['Snooze']) =>
  s.label ?? (s.monitor_id ? 'one monitor' : s.agent_id ? 'one host' : 'one incident')

function Row({ snooze: s }: { snooze: Schemas['Snooze'] }) {
  const why = useReason('member')
  const end = useAction(() => done(api.DELETE('/api/v1/snoozes/{id}', { params: { path: { id: s.id } } })), {
    done: 'People are told again',
    stale: [['snoozes'], ['incident']],
  })
  return (
    <li className="flex items-center gap-3 border-t px-4 py-2">
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{whatOf(s)}</span>
        <span className="block text-xs break-words text-fg-3">
          until <At at={s.until} /> by {s.created_by}
          {s.reason && `: ${s.reason}`}
        </span>
      </span>
      <Button
        kind="ghost"
        small
        icon={<X />}
        aria-label="End it"
        reason={why}
        pending={end.isPending}
        onClick={() => end.mutate()}
      />
    </li>
  )
}

function SnoozeLabel({ onClose }: { onClose: () => void }) {
  const snooze = useAction((body: Schemas['CreateSnooze']) => get(api.POST('/api/v1/snoozes', { body })), {
    quiet: true,
    done: 'Quiet until then',
    stale: [['snoozes']],
    onDone: onClose,
  })
  return (
    <Panel title="Snooze everything with a label" onClose={onClose}>
      <Form
        action="Snooze"
        error={snooze.error}
        pending={snooze.isPending}
        onCancel={onClose}
        onSubmit={(data) =>
          snooze.mutate({
            label: text(data, 'label'),
            minutes: Number(text(data, 'minutes')),
            reason: text(data, 'reason') || undefined,
          })
        }
      >
        <Field
          name="label"
          label="Label"
          placeholder="team=data"
          className="font-mono text-xs"
          required
          autoFocus
        />
        <Select name="minutes" label="For" defaultValue="60" options={SNOOZE_LENGTHS} />
        <Field name="reason" label="Why" placeholder="moving the database" />
      </Form>
    </Panel>
  )
}

const SNOOZE_LENGTHS = [
  { value: '30', label: '30 minutes' },
  { value: '60', label: '1 hour' },
  { value: '240', label: '4 hours' },
  { value: '1440', label: '1 day' },
  { value: '10080', label: '7 days' },
]

const EXAMPLE = `apiVersion: crontopus/v1
kind: Maintenance
metadata: {name: db-upgrade}
spec:
  selector: {role: db}
  windows:
    - {cron: "0 3 * * 0", duration: 2h, timezone: UTC}
  effect: silence
`
