import { useReason } from '@app/api/access'
import { useAction } from '@app/api/action'
import { api, done, get, type Schemas } from '@app/api/client'
import { Link } from '@tanstack/react-router'
import { Confirm } from '@ui/Dialog'
import { duration } from '@ui/lib/time'
import { Menu } from '@ui/Menu'
import { Button, Card, Note, Tag } from '@ui/primitives'
import { INCIDENT, JOB, StatusGlyph } from '@ui/status'
import { Ago } from '@ui/Time'
import { Ellipsis, Pencil, Power, Send, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { KINDS, shownSettings } from './kinds'

/** One channel: whether it works, what its provider last said, and a way to find out. */
export function ChannelCard({ channel: c, onEdit }: { channel: Schemas['Channel']; onEdit: () => void }) {
  const [asking, setAsking] = useState(false)
  const why = useReason('admin')
  const path = { params: { path: { id: c.id } } }
  const stale = [['channels'], ['deliveries']]
  const test = useAction(() => get(api.POST('/api/v1/channels/{id}/test', path)), { stale })
  const enable = useAction(
    (enabled: boolean) => get(api.PATCH('/api/v1/channels/{id}', { ...path, body: { enabled } })),
    { done: (now) => `${now.name} is ${now.enabled ? 'on' : 'off'}`, stale },
  )
  const remove = useAction(() => done(api.DELETE('/api/v1/channels/{id}', path)), {
    done: `${c.name} is gone`,
    stale,
    onDone: () => setAsking(false),
  })
  const look = !c.enabled
    ? JOB.paused
    : c.last_sent === false
      ? INCIDENT.open
      : c.last_sent
        ? JOB.ok
        : JOB.pending
  return (
    <Card
      label={c.name}
      title={
        <span className="flex items-center gap-2">
          <StatusGlyph of={look} quiet />
          {c.name}
          {c.default && <Tag>default</Tag>}
          {!c.enabled && <Tag>off</Tag>}
        </span>
      }
      aside={
        <>
          {KINDS[c.kind].name}
          <Menu
            label={`Actions for ${c.name}`}
            trigger={<Ellipsis className="size-4" />}
            className="grid size-7 place-items-center rounded-md hover:bg-hover"
            items={[
              { label: 'Change', icon: <Pencil />, reason: why, onSelect: onEdit },
              {
                label: c.enabled ? 'Switch off' : 'Switch on',
                icon: <Power />,
                reason: why,
                onSelect: () => enable.mutate(!c.enabled),
              },
              {
                label: 'Delete',
                icon: <Trash2 />,
                danger: true,
                reason: why,
                onSelect: () => setAsking(true),
              },
            ]}
          />
        </>
      }
    >
      <p className="truncate font-mono text-xs text-fg-2">{shownSettings(c.kind, c.settings)}</p>
      {!c.enabled && c.disabled_why && (
        <div className="mt-2">
          <Note tone="fail">Switched off: {c.disabled_why}</Note>
        </div>
      )}
      <p className="mt-2 text-xs text-fg-3">
        {c.last_at ? (
          <>
            last tried <Ago at={c.last_at} />:{' '}
            <span className={c.last_sent ? undefined : 'text-fail'}>{c.last_answer}</span>
          </>
        ) : (
          'nothing was sent yet'
        )}
      </p>
      {test.data && (
        <div role="status" className="mt-3">
          <Note tone={test.data.sent ? 'ok' : 'fail'}>
            {test.data.sent ? 'It took the test message' : 'It did not take the test message'}:{' '}
            {test.data.answer} ({duration(test.data.duration_ms)})
          </Note>
        </div>
      )}
      <div className="mt-3 flex gap-2">
        <Button small icon={<Send />} reason={why} pending={test.isPending} onClick={() => test.mutate()}>
          Send a test
        </Button>
        <Link
          to="/alerts/deliveries"
          search={{ channel: c.id }}
          className="inline-flex h-7 items-center rounded-md px-2 text-xs text-fg-2 hover:bg-hover"
        >
          Deliveries
        </Link>
      </div>
      {asking && (
        <Confirm
          title={`Delete ${c.name}?`}
          action="Delete"
          type={c.name}
          pending={remove.isPending}
          onClose={() => setAsking(false)}
          onConfirm={() => remove.mutate()}
        >
          <p>
            Routes in Git that name it tell nobody by it any more. What waits to be sent to it is dropped.
          </p>
        </Confirm>
      )}
    </Card>
  )
}
