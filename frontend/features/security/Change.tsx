import { useAction } from '@app/api/action'
import { api, done, get, type Schemas } from '@app/api/client'
import { Form, text } from '@app/features/auth/Form'
import { Panel } from '@ui/Dialog'
import { Field } from '@ui/Field'
import { useState } from 'react'
import { Codes } from './Codes'

const TITLE = { renew: 'New recovery codes', disable: 'Disable the second factor' }

/** New recovery codes, or no second factor any more: both take the password and a code. */
export default function Change({ what, onClose }: { what: 'renew' | 'disable'; onClose: () => void }) {
  const [codes, setCodes] = useState<string[]>()
  const change = useAction(
    async (body: Schemas['ChangeSecondFactor']) => {
      if (what === 'renew') return get(api.POST('/api/v1/me/second-factor/recovery-codes', { body }))
      await done(api.POST('/api/v1/me/second-factor/disable', { body }))
      return undefined
    },
    {
      quiet: true,
      stale: [['second-factor']],
      onDone: (made) => (made ? setCodes(made.codes) : onClose()),
    },
  )
  return (
    <Panel title={TITLE[what]} onClose={onClose}>
      {codes ? (
        <Codes codes={codes} onDone={onClose} />
      ) : (
        <Form
          action={what === 'renew' ? 'Make them' : 'Disable'}
          error={change.error}
          pending={change.isPending}
          onCancel={onClose}
          onSubmit={(data) =>
            change.mutate({ password: String(data.get('password')), code: text(data, 'code') })
          }
        >
          <p className="text-sm text-fg-2">
            {what === 'renew'
              ? 'Those you have are worth nothing any more.'
              : 'The password alone does again, and the recovery codes are gone.'}
          </p>
          <Field name="password" label="Password" type="password" autoComplete="current-password" required />
          <Field
            name="code"
            label="Code"
            help="Of the authenticator, or a recovery code."
            autoComplete="one-time-code"
            className="font-mono"
            required
          />
        </Form>
      )}
    </Panel>
  )
}
