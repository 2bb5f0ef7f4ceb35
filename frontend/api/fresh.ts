import { useSyncExternalStore } from 'react'

// Runs that came since the list was read: counted, and shown when asked for, so that nothing moves under a reader.

let ids: ReadonlySet<string> = new Set()
const listeners = new Set<() => void>()
const set = (next: ReadonlySet<string>) => {
  ids = next
  for (const tell of listeners) tell()
}

export const fresh = {
  add: (more: string[]) => {
    if (more.length) set(new Set([...ids, ...more]))
  },
  clear: () => {
    if (ids.size) set(new Set())
  },
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

export const useFresh = () => useSyncExternalStore(subscribe, () => ids.size)
