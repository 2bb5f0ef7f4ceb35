import { useSyncExternalStore } from 'react'

// Which zone times are shown in: a cookie, so that it holds in every tab and for years.

export type ZoneChoice = 'utc' | 'local'
const NAME = 'crontopus_zone'
const listeners = new Set<() => void>()

const read = (): ZoneChoice => (document.cookie.split('; ').includes(`${NAME}=local`) ? 'local' : 'utc')

export function chooseZone(choice: ZoneChoice) {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store interface is missing in Firefox
  document.cookie = `${NAME}=${choice}; Path=/; Max-Age=31536000; SameSite=Lax`
  for (const tell of listeners) tell()
}

/** IANA name of the browser's own zone. */
export const localZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

export const useZoneChoice = () => useSyncExternalStore(subscribe, read)

/** IANA name of the zone times are shown in. */
export const useZone = () => (useZoneChoice() === 'utc' ? 'UTC' : localZone())
