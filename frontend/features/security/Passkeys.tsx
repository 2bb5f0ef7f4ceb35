import { useAction } from '@app/api/action'
import { api, done, get, type Schemas } from '@app/api/client'
import { passkeysQuery } from '@app/api/queries/factor'
import { Form, text } from '@app/features/auth/Form'
import { makePasskey } from '@app/features/auth/passkey'
import { noPasskeys } from '@app/features/auth/passkeys'
import { useQuery } from '@tanstack/react-query'
import { Confirm, Panel } from '@ui/Dialog'
import { Field } from '@ui/Field'
import { Button, Skeleton } from '@ui/primitives'
import { Ago } from '@ui/Time'
import { KeyRound, Pencil, Trash2 } from 'lucide-react'
import { useState } from 'react'

/** The keys a person signs in with: a list, and a new one. */
export default function Passkeys() {
  const { data } = useQuery(passkeysQuery)
  const [making, setMaking] = useState(false)
  if (!data) return <Skeleton className="mt-2 h-16" />
  return (
    <>
      <p className="mt-1 text-xs text-fg-2">
        A key on your phone, computer or security key. Signing in with it takes neither password nor code: the
        device makes sure that it is you.
      </p>
      {data.items.length > 0 && (
        <ul aria-label="Passkeys" className="mt-2 divide-y rounded-md border">
          {data.items.map((one) => (
            <Row key={one.id} of={one} />
          ))}
        </ul>
      )}
      <Button className="mt-3" reason={noPasskeys()} onClick={() => setMaking(true)}>
        Add a passkey
      </Button>
      {making && <Make onClose={() => setMaking(false)} />}
    </>
  )
}

function Row({ of }: { of: Schemas['Passkey'] }) {
  const [open, setOpen] = useState<'rename' | 'remove'>()
  const close = () => setOpen(undefined)
  const path = { id: of.id }
  const rename = useAction(
    (name: string) => get(api.PATCH('/api/v1/me/passkeys/{id}', { params: { path }, body: { name } })),
    { quiet: true, stale: [['passkeys']], onDone: close },
  )
  const remove = useAction(() => done(api.DELETE('/api/v1/me/passkeys/{id}', { params: { path } })), {
    done: `${of.name} no longer lets in`,
    stale: [['passkeys']],
  })
  return (
    <li className="flex items-center gap-3 py-1.5 pr-1.5 pl-3">
      <KeyRound className="size-4 shrink-0 text-fg-3" aria-hidden="true" />
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm font-medium">{of.name}</span>
        <span className="block truncate text-xs text-fg-3">
          {of.last_used_at ? (
            <>
              Last used <Ago at={of.last_used_at} />
            </>
          ) : (
            'Not used yet'
          )}
        </span>
      </span>
      <Button
        kind="ghost"
        icon={<Pencil />}
        aria-label={`Rename ${of.name}`}
        onClick={() => setOpen('rename')}
      />
      <Button
        kind="ghost"
        icon={<Trash2 />}
        aria-label={`Remove ${of.name}`}
        onClick={() => setOpen('remove')}
      />
      {open === 'rename' && (
        <Panel title={`Rename ${of.name}`} onClose={close}>
          <Form
            action="Rename"
            error={rename.error}
            pending={rename.isPending}
            onCancel={close}
            onSubmit={(data) => rename.mutate(text(data, 'name'))}
          >
            <Field name="name" label="Name" defaultValue={of.name} maxLength={100} required />
          </Form>
        </Panel>
      )}
      {open === 'remove' && (
        <Confirm
          title={`Remove ${of.name}?`}
          action="Remove"
          pending={remove.isPending}
          onClose={close}
          onConfirm={() => remove.mutate()}
        >
          <p>Nobody signs in with it any more. The device may still offer it; take it away there, too.</p>
        </Confirm>
      )}
    </li>
  )
}

function Make({ onClose }: { onClose: () => void }) {
  const make = useAction(
    ({ password, name }: { password: string; name: string }) => makePasskey(password, name),
    {
      quiet: true,
      stale: [['passkeys']],
      done: (made) => `${made.name} signs you in from now on`,
      onDone: onClose,
    },
  )
  return (
    <Panel title="Add a passkey" onClose={onClose}>
      <Form
        action="Go on"
        error={make.error}
        pending={make.isPending}
        onCancel={onClose}
        onSubmit={(data) => make.mutate({ password: String(data.get('password')), name: text(data, 'name') })}
      >
        <Field
          name="name"
          label="Name"
          help="By which you know it again: the device it is on."
          placeholder="My phone"
          maxLength={100}
          required
        />
        <Field
          name="password"
          label="Password"
          type="password"
          autoComplete="current-password"
          required
          help="So that nobody adds one who only found this browser open."
        />
      </Form>
    </Panel>
  )
}
