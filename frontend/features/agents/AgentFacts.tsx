import { useReason } from '@app/api/access'
import { useAction } from '@app/api/action'
import { api, get, type Schemas } from '@app/api/client'
import { Form, text } from '@app/features/auth/Form'
import { Panel } from '@ui/Dialog'
import { Field } from '@ui/Field'
import { Button, Card, Fact, Facts, Labels } from '@ui/primitives'
import { Ago, At } from '@ui/Time'
import { useState } from 'react'
import { readLabels, writeLabels } from './labels'

const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone

/** What the host is, and whether its clock and scheduler are to be trusted. */
export function AgentFacts({ agent: a }: { agent: Schemas['Agent'] }) {
  const off = a.clock_offset_ms ?? 0
  return (
    <Card title="Agent">
      <Facts>
        <Fact name="Version">{a.version}</Fact>
        <Fact name="System">{a.os}</Fact>
        <Fact name="Scheduler">
          {a.scheduler}
          {!a.scheduler_running && <span className="block text-xs text-fail">its daemon does not run</span>}
        </Fact>
        <Fact name="Time zone">
          {a.timezone}
          {a.tzdata_version && <span className="wrap-anywhere text-fg-3"> ({a.tzdata_version})</span>}
        </Fact>
        <Fact name="Clock">
          <span className={Math.abs(off) > 2000 ? 'num text-late' : 'num'}>
            {off > 0 ? '+' : off < 0 ? '−' : '±'}
            {Math.abs(off) >= 10_000 ? `${Math.round(Math.abs(off) / 1000)} s` : `${Math.abs(off)} ms`}
          </span>
        </Fact>
        <Fact name="Seen">
          <Ago at={a.last_seen_at} />
        </Fact>
        <Fact name="Enrolled">
          <At at={a.enrolled_at} />
        </Fact>
        <Fact name="Key">
          <span className="font-mono text-2xs break-all text-fg-2">{a.key_fingerprint}</span>
        </Fact>
      </Facts>
      {a.timezone !== ownZone() && a.timezone !== 'UTC' && (
        <p className="mt-3 border-t pt-3 text-xs text-fg-3">
          Jobs without a time zone of their own fire by the wall clock of {a.timezone} here.
        </p>
      )}
    </Card>
  )
}

export function AgentLabels({ agent: a }: { agent: Schemas['Agent'] }) {
  const [editing, setEditing] = useState(false)
  const why = useReason('admin')
  const update = useAction(
    (body: Schemas['UpdateAgent']) =>
      get(api.PATCH('/api/v1/agents/{agent}', { params: { path: { agent: a.id } }, body })),
    {
      quiet: true,
      done: 'Saved; jobs follow the labels within a second',
      stale: [['agent', a.id], ['agents'], ['monitors']],
      onDone: () => setEditing(false),
    },
  )
  return (
    <Card
      title="Labels"
      aside={
        <Button kind="ghost" small reason={why} onClick={() => setEditing(true)}>
          Edit
        </Button>
      }
    >
      {Object.keys(a.labels).length ? (
        <Labels of={a.labels} />
      ) : (
        <p className="text-fg-3">None: only jobs that name the host reach it.</p>
      )}
      {editing && (
        <Panel title={`Name and labels of ${a.name}`} onClose={() => setEditing(false)}>
          <Form
            action="Save"
            error={update.error}
            pending={update.isPending}
            onCancel={() => setEditing(false)}
            onSubmit={(data) =>
              update.mutate({ name: text(data, 'name'), labels: readLabels(text(data, 'labels')).labels })
            }
          >
            <Field name="name" label="Name" defaultValue={a.name} className="font-mono text-xs" required />
            <Field
              name="labels"
              label="Labels"
              defaultValue={writeLabels(a.labels)}
              placeholder="role=db env=production"
              help="Jobs whose selector no longer matches leave the host; those that match now come to it."
              className="font-mono text-xs"
            />
          </Form>
        </Panel>
      )}
    </Card>
  )
}
