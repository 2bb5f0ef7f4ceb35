import { useAction } from '@app/api/action'
import { api, done, type Schemas } from '@app/api/client'
import { Form } from '@app/features/auth/Form'
import { PasswordField } from '@app/features/auth/PasswordField'
import { Panel } from '@ui/Dialog'
import { Field } from '@ui/Field'

/** Another password, for who knows the present one. */
export default function Password({ onClose }: { onClose: () => void }) {
  const change = useAction(
    (body: Schemas['ChangePassword']) => done(api.POST('/api/v1/me/password', { body })),
    { quiet: true, done: 'The password is changed', onDone: onClose },
  )
  return (
    <Panel title="Change the password" onClose={onClose}>
      <Form
        action="Change it"
        error={change.error}
        pending={change.isPending}
        onCancel={onClose}
        onSubmit={(data) =>
          change.mutate({
            password: String(data.get('password')),
            new_password: String(data.get('new_password')),
          })
        }
      >
        <p className="text-sm text-fg-2">
          Wherever else you are signed in, you are not any more. API tokens stay.
        </p>
        <Field
          name="password"
          label="Present password"
          type="password"
          autoComplete="current-password"
          required
        />
        <PasswordField name="new_password" label="New password" />
      </Form>
    </Panel>
  )
}
