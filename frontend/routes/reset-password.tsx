import { AskForLink } from '@app/features/auth/AskForLink'
import { AuthFrame } from '@app/features/auth/AuthFrame'
import { NewPassword } from '@app/features/auth/NewPassword'
import { createFileRoute, Link, useLocation } from '@tanstack/react-router'
import { useState } from 'react'

export const Route = createFileRoute('/reset-password')({ component: Reset })

/** With a link's secret behind the `#` it sets the password; without one it asks for such a link. */
function Reset() {
  const secret = useLocation({ select: (l) => l.hash })
  const [stage, setStage] = useState<'asked' | 'set'>()
  const back = (
    <Link to="/sign-in" className="font-medium text-accent underline">
      Sign in
    </Link>
  )
  if (stage === 'set') {
    return (
      <AuthFrame title="Your password is set" sub="Everywhere you were signed in, you are not any more.">
        {back}
      </AuthFrame>
    )
  }
  // The link may be opened in the tab that asked for it.
  if (stage === 'asked' && !secret) {
    return (
      <AuthFrame
        title="Look into your mail"
        sub="If there is an account by this address, a link is on its way. It is good for an hour, and once."
      >
        {back}
      </AuthFrame>
    )
  }
  return secret ? (
    <AuthFrame title="Set a new password" sub="All your sessions end with it.">
      <NewPassword secret={secret} onDone={() => setStage('set')} />
    </AuthFrame>
  ) : (
    <AuthFrame
      title="Forgot your password?"
      sub={<>You get a link to set a new one. Know it after all? {back}</>}
    >
      <AskForLink onDone={() => setStage('asked')} />
    </AuthFrame>
  )
}
