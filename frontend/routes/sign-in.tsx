import { useAction } from '@app/api/action'
import { api, get, type Schemas } from '@app/api/client'
import { ApiError } from '@app/api/problem'
import { AuthFrame } from '@app/features/auth/AuthFrame'
import { Form, text } from '@app/features/auth/Form'
import { noPasskeys, offersPasskeys } from '@app/features/auth/passkeys'
import { useQueryClient } from '@tanstack/react-query'
import { createFileRoute, Link } from '@tanstack/react-router'
import { Field } from '@ui/Field'
import { Button } from '@ui/primitives'
import { useEffect } from 'react'

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
  const enter = (me: Schemas['Me']) => {
    query.clear()
    query.setQueryData(['me'], me)
    // A link in a message is a page of the server's own, of which the console knows nothing.
    if (next?.startsWith('/act/')) location.assign(next)
    else void navigate({ href: next ?? '/' })
  }
  const signIn = useAction((body: Schemas['SignIn']) => get(api.POST('/api/v1/auth/sign-in', { body })), {
    quiet: true,
    onDone: enter,
  })
  // What speaks to authenticators is fetched when somebody has one.
  const byPasskey = useAction(async () => (await import('@app/features/auth/passkey')).signInWithPasskey(), {
    quiet: true,
    onDone: enter,
  })
  const { mutate: offer, error: offered } = useAction(
    async (stop: AbortSignal) =>
      (await offersPasskeys()) ? (await import('@app/features/auth/passkey')).offerPasskeys(stop) : undefined,
    { quiet: true, onDone: (me) => me && enter(me) },
  )
  // One question at a time: the button takes the place of what is offered, which is offered again when that failed.
  const isBusy = byPasskey.isPending || byPasskey.isSuccess
  useEffect(() => {
    if (isBusy) return
    const stop = new AbortController()
    offer(stop.signal)
    return () => stop.abort()
  }, [isBusy, offer])
  const code = signIn.error instanceof ApiError ? signIn.error.code : undefined
  // Once a code was asked for, the field stays until somebody is in.
  const wantsCode = code === 'second_factor_required' || signIn.variables?.code !== undefined
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
        error={byPasskey.error ?? offered ?? (code === 'second_factor_required' ? null : signIn.error)}
        pending={signIn.isPending}
        onSubmit={(data) => {
          byPasskey.reset()
          signIn.mutate({
            email: text(data, 'email'),
            password: String(data.get('password')),
            code: text(data, 'code') || undefined,
          })
        }}
      >
        <Field name="email" label="E-mail" type="email" autoComplete="username webauthn" required autoFocus />
        <Field name="password" label="Password" type="password" autoComplete="current-password" required />
        <p className="-mt-2 text-xs">
          <Link to="/reset-password" className="text-fg-2 underline">
            Forgot your password?
          </Link>
        </p>
        {wantsCode && (
          <Field
            name="code"
            label="Code"
            help="Of your authenticator, or a recovery code."
            autoComplete="one-time-code"
            className="font-mono"
            required
            autoFocus
          />
        )}
      </Form>
      <div className="mt-3 grid">
        <Button reason={noPasskeys()} pending={byPasskey.isPending} onClick={() => byPasskey.mutate()}>
          Sign in with a passkey
        </Button>
      </div>
    </AuthFrame>
  )
}
