import { useAction } from '@app/api/action'
import { api, done } from '@app/api/client'
import { Form, text } from '@app/features/auth/Form'
import { Field } from '@ui/Field'

/** Asks for a mail with a link to set another password. */
export function AskForLink({ onDone }: { onDone: () => void }) {
  const ask = useAction(
    (email: string) => done(api.POST('/api/v1/auth/password-reset', { body: { email } })),
    { quiet: true, onDone },
  )
  return (
    <Form
      action="Send the link"
      error={ask.error}
      pending={ask.isPending}
      onSubmit={(data) => ask.mutate(text(data, 'email'))}
    >
      <Field name="email" label="E-mail" type="email" autoComplete="username" required autoFocus />
    </Form>
  )
}
