import { useSyncExternalStore } from 'react'
import type { Schemas } from './client'

// How it stands with the stream of what happens; `follow.ts` reads it, and is fetched after the first picture.

export type Event = Schemas['Event']
export type LiveState = 'connecting' | 'live' | 'lost'

let state: LiveState = 'connecting'
let since = Date.now()
let beginnings = 0
const listeners = new Set<() => void>()
const tellAll = () => {
  for (const tell of listeners) tell()
}

export const liveState = () => state
export function setState(next: LiveState) {
  if (next === state) return
  state = next
  since = Date.now()
  tellAll()
}

/** The stream began. */
export function begun(atLeast = 1) {
  beginnings = Math.max(atLeast, beginnings + 1)
  tellAll()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

export const useLive = () => useSyncExternalStore(subscribe, liveState)
/** How often the stream began; behind another beginning may be another server. */
export const useBeginnings = () => useSyncExternalStore(subscribe, () => beginnings)
/** Since when the present state holds, by the browser's clock. */
export const liveSince = () => since
