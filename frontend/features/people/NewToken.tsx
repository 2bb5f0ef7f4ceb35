import { useAction } from '@app/api/action'
import { api, get, type Schemas } from '@app/api/client'
import { Form, text } from '@app/features/auth/Form'
import { Secret } from '@ui/Copy'
import { Panel } from '@ui/Dialog'
import { Check, Field, Select } from '@ui/Field'
import { Button } from '@ui/primitives'
import { useState } from 'react'
import { SCOPES } from './scopes'

/** A token with just the rights it needs. */
export function NewToken({ onClose }: { onClose: () => void }) {
  const [made, setMade] = useState<Schemas['CreatedToken']>()
  const create = useAction((body: Schemas['CreateToken']) => get(api.POST('/api/v1/tokens', { body })), {
    quiet: true,
    stale: [['tokens']],
    onDone: setMade,
  })
  if (made) {
    return (
      <Panel title={made.token.name} onClose={onClose} wide>
        <Secret text={made.secret} label="token" />
        <p className="mt-4 text-xs text-fg-3">
          Send it as <code className="font-mono">Authorization: Bearer</code>, give it to{' '}
          <code className="font-mono">crontopus login --token</code>, or use it as a password for{' '}
          <code className="font-mono">git</code>.
        </p>
        <div className="mt-5 flex justify-end">
          <Button kind="solid" onClick={onClose}>
            Done
          </Button>
        </div>
      </Panel>
    )
  }
  return (
    <Panel title="New token" onClose={onClose} wide>
      <Form
        action="Make it"
        error={create.error}
        pending={create.isPending}
        onCancel={onClose}
        onSubmit={(data) =>
          create.mutate({
            name: text(data, 'name'),
            scopes: SCOPES.map((s) => s.scope).filter((s) => data.get(s) === 'on'),
            expires_in_days: Number(text(data, 'expires_in_days')) || undefined,
          })
        }
      >
        <div className="grid grid-cols-1 gap-4 sm:grid-cols-[minmax(0,1fr)_12rem]">
          <Field name="name" label="What it is for" placeholder="grafana" required />
          <Select
            name="expires_in_days"
            label="Ends in"
            defaultValue="90"
            options={[
              { value: '7', label: '7 days' },
              { value: '30', label: '30 days' },
              { value: '90', label: '90 days' },
              { value: '365', label: '1 year' },
              { value: '', label: 'never' },
            ]}
          />
        </div>
        <fieldset>
          <legend className="mb-2 text-sm font-medium">What it may do</legend>
          <div className="grid gap-2.5 sm:grid-cols-2">
            {SCOPES.map((s) => (
              <Check key={s.scope} name={s.scope} label={s.scope} help={s.means} />
            ))}
          </div>
        </fieldset>
      </Form>
    </Panel>
  )
}
