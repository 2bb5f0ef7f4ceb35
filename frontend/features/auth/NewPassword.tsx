import { useAction } from '@app/api/action'
import { api, done } from '@app/api/client'
import { ApiError } from '@app/api/problem'
import { Form } from '@app/features/auth/Form'
import { PasswordField } from '@app/features/auth/PasswordField'
import { Link } from '@tanstack/react-router'
import { Note } from '@ui/primitives'

/** Sets another password by the secret of a link. */
export function NewPassword({ secret, onDone }: { secret: string; onDone: () => void }) {
  const set = useAction(
    (password: string) =>
      done(api.POST('/api/v1/auth/password-reset/confirm', { body: { secret, password } })),
    { quiet: true, onDone },
  )
  if (set.error instanceof ApiError && set.error.code === 'not_found') {
    return (
      <div role="alert">
        <Note tone="fail">
          This link has ended, or was used.{' '}
          <Link to="/reset-password" hash="" className="font-medium underline">
            Ask for another one
          </Link>
        </Note>
      </div>
    )
  }
  return (
    <Form
      action="Set the password"
      error={set.error}
      pending={set.isPending}
      onSubmit={(data) => set.mutate(String(data.get('password')))}
    >
      <PasswordField name="password" label="New password" />
    </Form>
  )
}
