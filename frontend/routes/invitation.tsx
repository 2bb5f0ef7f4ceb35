import { useAction } from '@app/api/action'
import { api, get, type Schemas } from '@app/api/client'
import { AuthFrame } from '@app/features/auth/AuthFrame'
import { Form, text } from '@app/features/auth/Form'
import { useQueryClient } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { Field } from '@ui/Field'

export const Route = createFileRoute('/invitation')({ component: Accept })

/** The secret stands behind the `#`: it reaches no server's log and no other site. */
const secretOf = (hash: string) => hash.replace(/^#/, '')

function Accept() {
  const query = useQueryClient()
  const accept = useAction(
    (body: Schemas['AcceptInvitation']) => get(api.POST('/api/v1/invitations/accept', { body })),
    {
      quiet: true,
      onDone: (me) => {
        query.clear()
        location.assign(`/t/${me.tenant}/`)
      },
    },
  )
  return (
    <AuthFrame title="Join the team" sub="You were invited. With an account already, give its own password.">
      <Form
        action="Join"
        error={accept.error}
        pending={accept.isPending}
        onSubmit={(data) =>
          accept.mutate({
            secret: text(data, 'secret'),
            name: text(data, 'name') || undefined,
            password: String(data.get('password')),
          })
        }
      >
        <Field
          name="secret"
          label="Invitation"
          defaultValue={secretOf(location.hash)}
          autoComplete="off"
          spellCheck={false}
          className="font-mono text-xs"
          required
        />
        <Field name="name" label="Your name" help="For a new account." autoComplete="name" />
        <Field name="password" label="Password" type="password" autoComplete="current-password" required />
      </Form>
    </AuthFrame>
  )
}
