import { useReason } from '@app/api/access'
import { useAction } from '@app/api/action'
import { api, done, get, type Schemas } from '@app/api/client'
import { Form, text } from '@app/features/auth/Form'
import { useNavigate } from '@tanstack/react-router'
import { Confirm, Panel } from '@ui/Dialog'
import { Field, TextArea } from '@ui/Field'
import { count } from '@ui/lib/time'
import { Menu } from '@ui/Menu'
import { Ellipsis, Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'

/** Changing how a repository is followed, and letting it go. */
export function RepositoryMenu({ repository: r }: { repository: Schemas['Repository'] }) {
  const [open, setOpen] = useState<'edit' | 'delete'>()
  const go = useNavigate()
  const why = useReason('admin')
  const path = { params: { path: { name: r.name } } }
  const update = useAction(
    (body: Schemas['UpdateRepository']) => get(api.PATCH('/api/v1/repositories/{name}', { ...path, body })),
    {
      quiet: true,
      done: 'Saved',
      stale: [['repository', r.name], ['repositories']],
      onDone: () => setOpen(undefined),
    },
  )
  const remove = useAction(() => done(api.DELETE('/api/v1/repositories/{name}', path)), {
    done: `${r.name} is gone`,
    stale: [['repositories'], ['jobs']],
    onDone: () => void go({ to: '/repositories' }),
  })
  return (
    <>
      <Menu
        label="More actions"
        trigger={<Ellipsis className="size-4" />}
        className="grid size-8 place-items-center rounded-md text-fg-2 hover:bg-hover"
        items={[
          { label: 'Settings', icon: <Pencil />, reason: why, onSelect: () => setOpen('edit') },
          {
            label: 'Disconnect',
            icon: <Trash2 />,
            danger: true,
            reason: why,
            onSelect: () => setOpen('delete'),
          },
        ]}
      />
      {open === 'edit' && (
        <Panel title={`Settings of ${r.name}`} onClose={() => setOpen(undefined)}>
          <Form
            action="Save"
            error={update.error}
            pending={update.isPending}
            onCancel={() => setOpen(undefined)}
            onSubmit={(data) =>
              update.mutate({
                branch: text(data, 'branch') || undefined,
                https_token: text(data, 'https_token') || undefined,
                ssh_key: String(data.get('ssh_key') ?? '') || undefined,
                sync_interval_seconds: Number(text(data, 'sync_interval_seconds')) || undefined,
              })
            }
          >
            <Field name="branch" label="Branch" defaultValue={r.branch} required />
            {r.kind === 'remote' && (
              <>
                <Field
                  name="sync_interval_seconds"
                  label="Seconds between fetches"
                  type="number"
                  min={10}
                  max={86400}
                  defaultValue={r.sync_interval_seconds}
                />
                <Field
                  name="https_token"
                  label="New token for HTTPS"
                  type="password"
                  autoComplete="off"
                  help="Left empty, the one it has stays."
                />
                <TextArea name="ssh_key" label="New private SSH key" spellCheck={false} />
              </>
            )}
          </Form>
        </Panel>
      )}
      {open === 'delete' && (
        <Confirm
          title={`Disconnect ${r.name}?`}
          action="Disconnect"
          type={r.name}
          pending={remove.isPending}
          onClose={() => setOpen(undefined)}
          onConfirm={() => remove.mutate()}
        >
          <p>
            Its {count(r.jobs, 'job')} are no longer expected or judged, and agents that follow it hold them
            no more.
            {r.kind === 'built_in'
              ? ' The repository itself is deleted with its history: clone it first.'
              : ''}
          </p>
        </Confirm>
      )}
    </>
  )
}
