import { useLayoutEffect, useSyncExternalStore } from 'react'

// Which zone times are shown in: a cookie, so that it holds in every tab and for years.

export type ZoneChoice = 'utc' | 'local' | 'job'
const NAME = 'crontopus_zone'
const KEPT = new RegExp(`(?:^|; )${NAME}=(local|job)(?:;|$)`)
const listeners = new Set<() => void>()
const tell = () => {
  for (const listener of listeners) listener()
}

/** The zone of the schedule of the job whose page is open. */
let ofJob: string | undefined

/** What was chosen, as far as it can be had here: away from a job's pages its zone is UTC. */
const read = (): ZoneChoice => {
  const chosen = KEPT.exec(document.cookie)?.[1]
  return chosen === 'local' || (chosen === 'job' && ofJob) ? chosen : 'utc'
}

export function chooseZone(choice: ZoneChoice) {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store interface is missing in Firefox
  document.cookie = `${NAME}=${choice}; Path=/; Max-Age=31536000; SameSite=Lax`
  tell()
}

/** Has times shown by the clock of a job, where that was chosen, while the component is there. */
export function useJobZone(zone: string | null | undefined) {
  // Before anything is drawn: no time is seen in one zone and then in another.
  useLayoutEffect(() => {
    ofJob = zone && isZone(zone) ? zone : undefined
    tell()
    return () => {
      ofJob = undefined
      tell()
    }
  }, [zone])
}

/** Whether the browser knows a zone by that name; a server may know newer ones. */
function isZone(name: string): boolean {
  try {
    return !!Intl.DateTimeFormat('en', { timeZone: name })
  } catch {
    return false
  }
}

/** IANA name of the browser's own zone. */
export const localZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone

/** IANA name of the zone of the job whose page is open. */
export const jobZone = () => ofJob

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

export const useZoneChoice = () => useSyncExternalStore(subscribe, read)

const zoneOf = (choice: ZoneChoice) =>
  choice === 'local' ? localZone() : choice === 'job' ? (ofJob ?? 'UTC') : 'UTC'

/** IANA name of the zone times are shown in. */
export const useZone = () => useSyncExternalStore(subscribe, () => zoneOf(read()))

const WORDS = { utc: 'UTC', local: 'Local', job: 'Job’s zone' } as const

/** What can be chosen here. */
export const useZones = () =>
  useSyncExternalStore(subscribe, () => (ofJob ? WITH_JOB : WITHOUT)).map((value) => ({
    value,
    label: WORDS[value],
  }))
const WITHOUT: readonly ZoneChoice[] = ['utc', 'local']
const WITH_JOB: readonly ZoneChoice[] = [...WITHOUT, 'job']

/** Goes on to the next zone, and says in words which it is. */
export function nextZone(): string {
  const all = ofJob ? WITH_JOB : WITHOUT
  const next = all[(all.indexOf(read()) + 1) % all.length] ?? 'utc'
  chooseZone(next)
  return {
    utc: 'Times are in UTC',
    local: 'Times are in your own zone',
    job: `Times are in the job’s zone, ${ofJob}`,
  }[next]
}
