import { useNavigate } from '@tanstack/react-router'
import { useKeys } from '@ui/lib/keys'
import { chooseZone, useZoneChoice } from '@ui/lib/zone'
import { toast } from '@ui/toast'

/** The letters that lead to pages, and the one that changes the zone. */
export function useGoKeys() {
  const go = useNavigate()
  const zone = useZoneChoice()
  useKeys({
    'g o': () => void go({ to: '/' }),
    'g j': () => void go({ to: '/jobs' }),
    'g r': () => void go({ to: '/runs' }),
    'g i': () => void go({ to: '/incidents' }),
    'g a': () => void go({ to: '/agents' }),
    c: () => void go({ to: '/propose' }),
    u: () => {
      const next = zone === 'utc' ? 'local' : 'utc'
      chooseZone(next)
      toast(next === 'utc' ? 'Times are in UTC' : 'Times are in your own zone')
    },
    '/': () => document.querySelector<HTMLElement>('main input[type=search]')?.focus(),
  })
}
