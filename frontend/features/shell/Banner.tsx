import { liveSince, useLive } from '@app/api/live'
import { useTicking } from '@ui/lib/clock'
import { span } from '@ui/lib/time'
import { useEffect, useSyncExternalStore } from 'react'

const subscribe = (listener: () => void) => {
  addEventListener('online', listener)
  addEventListener('offline', listener)
  return () => {
    removeEventListener('online', listener)
    removeEventListener('offline', listener)
  }
}

/** What keeps the page from being the present: no network, or no server. What is shown stays. */
export function Banner() {
  const online = useSyncExternalStore(subscribe, () => navigator.onLine)
  const live = useLive()
  const away = useTicking(() => span(Date.now() - liveSince()))
  const long = useTicking(() => (Date.now() - liveSince() > 10_000 ? 'long' : ''))
  useSessionEnd()
  if (online && (live !== 'lost' || !long)) return null
  return (
    <div role="status" className="shrink-0 border-b bg-late-soft px-4 py-1.5 text-xs text-late md:px-6">
      {online
        ? `The server has been out of reach for ${away}. What you see is from then; changes wait until it is back.`
        : 'This computer is offline. What you see is from before; changes wait until it is back.'}
    </div>
  )
}

/** Signed out in one tab is signed out in all. */
function useSessionEnd() {
  useEffect(() => {
    const channel = new BroadcastChannel('crontopus-session')
    channel.onmessage = () => location.assign('/sign-in')
    return () => channel.close()
  }, [])
}
