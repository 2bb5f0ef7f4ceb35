import { api, done } from '@app/api/client'
import { secondFactorQuery } from '@app/api/queries/factor'
import { useQuery } from '@tanstack/react-query'
import { count } from '@ui/lib/time'
import { Button, Card, Note, Skeleton } from '@ui/primitives'
import { At } from '@ui/Time'
import { ShieldCheck, ShieldOff } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'

const Begin = lazy(() => import('./Begin'))
const Change = lazy(() => import('./Change'))
const Passkeys = lazy(() => import('./Passkeys'))
const Password = lazy(() => import('./Password'))

/** The password, the second factor, passkeys, and the session. */
export function SecurityCard() {
  const { data: factor } = useQuery(secondFactorQuery)
  const [open, setOpen] = useState<'password' | 'begin' | 'renew' | 'disable'>()
  const close = () => setOpen(undefined)
  return (
    <Card title="Security">
      <h3 className="text-sm font-medium">Password</h3>
      <Button className="mt-2" onClick={() => setOpen('password')}>
        Change the password
      </Button>
      <h3 className="mt-5 border-t pt-4 text-sm font-medium">Second factor</h3>
      {!factor ? (
        <Skeleton className="mt-2 h-16" />
      ) : factor.enabled ? (
        <>
          <p className="mt-1 flex items-center gap-1.5 text-sm text-ok">
            <ShieldCheck className="size-4 shrink-0" aria-hidden="true" />
            <span>
              In force since <At at={factor.since} />
            </span>
          </p>
          <p className="mt-1 text-xs text-fg-2">
            Signing in takes a code of your authenticator beside the password. Git takes an API token instead
            of the password.
          </p>
          {factor.recovery_codes < 3 && (
            <div className="mt-2">
              <Note tone="late">{count(factor.recovery_codes, 'recovery code')} left: make new ones.</Note>
            </div>
          )}
          <div className="mt-3 flex flex-wrap items-center gap-2">
            <Button onClick={() => setOpen('renew')}>New recovery codes</Button>
            <Button kind="danger" onClick={() => setOpen('disable')}>
              Disable
            </Button>
            <span className="text-xs text-fg-3">{count(factor.recovery_codes, 'recovery code')} left</span>
          </div>
        </>
      ) : (
        <>
          <p className="mt-1 flex items-center gap-1.5 text-sm text-fg-2">
            <ShieldOff className="size-4 shrink-0 text-fg-3" aria-hidden="true" />
            Whoever knows the password is in.
          </p>
          <p className="mt-1 text-xs text-fg-2">
            With a second factor, signing in also takes a code that an authenticator on your phone shows for
            half a minute.
          </p>
          <Button className="mt-3" onClick={() => setOpen('begin')}>
            Set it up
          </Button>
        </>
      )}
      <h3 className="mt-5 border-t pt-4 text-sm font-medium">Passkeys</h3>
      <Suspense fallback={<Skeleton className="mt-2 h-16" />}>
        <Passkeys />
      </Suspense>
      <h3 className="mt-5 border-t pt-4 text-sm font-medium">Session</h3>
      <p className="mt-1 mb-3 text-xs text-fg-2">
        It is a cookie that no script can read. It ends when you sign out, in every tab.
      </p>
      <Button
        onClick={() =>
          void done(api.POST('/api/v1/auth/sign-out')).finally(() => {
            new BroadcastChannel('crontopus-session').postMessage('out')
            location.assign('/sign-in')
          })
        }
      >
        Sign out
      </Button>
      <Suspense>
        {open === 'password' && <Password onClose={close} />}
        {open === 'begin' && <Begin onClose={close} />}
        {(open === 'renew' || open === 'disable') && <Change what={open} onClose={close} />}
      </Suspense>
    </Card>
  )
}
