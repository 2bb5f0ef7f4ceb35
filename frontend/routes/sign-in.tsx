import { useAction } from '@app/api/action'
import { api, get } from '@app/api/client'
import { AuthFrame } from '@app/features/auth/AuthFrame'
import { Form, text } from '@app/features/auth/Form'
import { useQueryClient } from '@tanstack/react-query'
import { createFileRoute, Link } from '@tanstack/react-router'
import { Field } from '@ui/Field'

export const Route = createFileRoute('/sign-in')({
  validateSearch: (s: Record<string, unknown>): { next?: string } => ({ next: ownPath(s.next) }),
  component: SignIn,
})

/** Only an address of this console: never another site's, whatever the link says. */
function ownPath(next: unknown): string | undefined {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : undefined
}

function SignIn() {
  const { next } = Route.useSearch()
  const query = useQueryClient()
  const navigate = Route.useNavigate()
  const signIn = useAction(
    (body: { email: string; password: string }) => get(api.POST('/api/v1/auth/sign-in', { body })),
    {
      quiet: true,
      onDone: (me) => {
        query.clear()
        query.setQueryData(['me'], me)
        // A link in a message is a page of the server's own, of which the console knows nothing.
        if (next?.startsWith('/act/')) location.assign(next)
        else void navigate({ href: next ?? '/' })
      },
    },
  )
  return (
    <AuthFrame
      title="Sign in"
      sub={
        <>
          New here?{' '}
          <Link to="/sign-up" className="font-medium text-accent underline">
            Make an account
          </Link>
        </>
      }
    >
      <Form
        action="Sign in"
        error={signIn.error}
        pending={signIn.isPending}
        onSubmit={(data) =>
          signIn.mutate({ email: text(data, 'email'), password: String(data.get('password')) })
        }
      >
        <Field name="email" label="E-mail" type="email" autoComplete="username" required autoFocus />
        <Field name="password" label="Password" type="password" autoComplete="current-password" required />
      </Form>
    </AuthFrame>
  )
}
