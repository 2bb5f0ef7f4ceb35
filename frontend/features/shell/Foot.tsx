import { api, done } from '@app/api/client'
import { liveSince, useLive } from '@app/api/live'
import { meQuery } from '@app/api/queries/me'
import { chooseTheme, type Theme, theme } from '@app/features/theme'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { clockOffset, useTicking } from '@ui/lib/clock'
import { span } from '@ui/lib/time'
import { Menu } from '@ui/Menu'
import { Avatar } from '@ui/primitives'
import { navItem } from '@ui/Shell'
import { BookOpen, Keyboard, LogOut, Monitor, Moon, Sun, UserRound } from 'lucide-react'
import { useState } from 'react'

export function Foot({ onKeys }: { onKeys: () => void }) {
  const query = useQueryClient()
  const { data: me } = useQuery(meQuery)
  const go = useNavigate()
  const [chosen, setChosen] = useState<Theme>(theme)
  const name = me?.user?.name ?? me?.user?.email ?? ''
  const choose = (next: Theme) => {
    chooseTheme(next)
    setChosen(next)
  }
  const signOut = async () => {
    await done(api.POST('/api/v1/auth/sign-out')).catch(() => {})
    query.clear()
    new BroadcastChannel('crontopus-session').postMessage('out')
    location.assign('/sign-in')
  }
  return (
    <div className="shrink-0">
      <a href="/api/v1/openapi.json" target="_blank" rel="noreferrer" className={navItem(false)}>
        <BookOpen aria-hidden="true" />
        <span className="flex-1">API document</span>
      </a>
      <div className="mt-2 flex items-center gap-1 border-t pt-2">
        <Menu
          label={`Account of ${name}`}
          className="flex h-8 min-w-0 flex-1 items-center gap-2.5 rounded-md px-2 text-left hover:bg-hover"
          trigger={
            <>
              <Avatar name={name || '?'} />
              <span className="min-w-0 flex-1 truncate text-sm text-fg-2">{name}</span>
            </>
          }
          items={[
            {
              label: 'Profile and security',
              icon: <UserRound />,
              onSelect: () => void go({ to: '/profile' }),
            },
            { label: 'Keyboard shortcuts', icon: <Keyboard />, keys: '?', onSelect: onKeys },
            {
              label: 'As the system',
              icon: <Monitor />,
              on: chosen === 'system',
              onSelect: () => choose('system'),
            },
            { label: 'Light', icon: <Sun />, on: chosen === 'light', onSelect: () => choose('light') },
            { label: 'Dark', icon: <Moon />, on: chosen === 'dark', onSelect: () => choose('dark') },
            { label: 'Sign out', icon: <LogOut />, onSelect: () => void signOut() },
          ]}
        />
        <LiveDot />
      </div>
    </div>
  )
}

/** Whether what is shown is the present: by colour, by word, and since when not. */
export function LiveDot() {
  const state = useLive()
  const away = useTicking(() => span(Date.now() - liveSince()))
  const wrong = Math.abs(clockOffset()) > 30_000
  const [colour, word] =
    state === 'live'
      ? ['bg-ok-fill', 'Live']
      : state === 'lost'
        ? ['bg-late-fill', away]
        : ['bg-idle-fill', '…']
  const title =
    state === 'live'
      ? wrong
        ? `Live. This computer’s clock is ${span(clockOffset())} off; times are shown by the server’s.`
        : 'What you see changes as it happens'
      : `Reconnecting; the last word came ${away} ago`
  return (
    <span className="flex shrink-0 items-center gap-1.5 pr-1 text-2xs text-fg-3" title={title}>
      <span aria-hidden="true" className={`size-1.5 rounded-full ${colour}`} />
      {word}
    </span>
  )
}
