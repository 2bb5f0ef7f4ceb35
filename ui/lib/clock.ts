import { useSyncExternalStore } from 'react'

// One clock for the page: the browser's, corrected by what the server said; one ticker, asleep while hidden.

let offset = 0
let timer: ReturnType<typeof setInterval> | undefined
const listeners = new Set<() => void>()

/** The present, by the server's clock. */
export const now = () => Date.now() + offset

/** How far the browser's clock is behind the server's, in milliseconds. */
export const clockOffset = () => offset

/** Takes the `Date` header of an answer. Whole seconds: smaller differences are rounding, not a wrong clock. */
export function learn(header: string | null, at = Date.now()) {
  const said = header ? Date.parse(header) : Number.NaN
  if (Number.isNaN(said)) return
  const found = said - at
  offset = Math.abs(found) < 2000 ? 0 : found
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  timer ??= setInterval(() => {
    if (document.visibilityState === 'visible') for (const tell of listeners) tell()
  }, 1000)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
  }
}

/** The present in steps of `step` milliseconds: what a component shows changes no more often than that. */
export function useNow(step = 1000): number {
  return useSyncExternalStore(subscribe, () => Math.floor(now() / step) * step)
}

/** A text that depends on the present; its reader draws again only when the text changes. */
export function useTicking(text: (now: number) => string): string {
  return useSyncExternalStore(subscribe, () => text(now()))
}
