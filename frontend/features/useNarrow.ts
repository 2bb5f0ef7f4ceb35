import { useSyncExternalStore } from 'react'

const media = matchMedia('(width < 48rem)')
const subscribe = (listener: () => void) => {
  media.addEventListener('change', listener)
  return () => media.removeEventListener('change', listener)
}

/** Whether the window is as narrow as a phone: for what a stylesheet can not change, like the height of a row. */
export const useNarrow = () => useSyncExternalStore(subscribe, () => media.matches)
