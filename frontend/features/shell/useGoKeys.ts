import { useNavigate } from '@tanstack/react-router'
import { useKeys } from '@ui/lib/keys'
import { nextZone } from '@ui/lib/zone'
import { toast } from '@ui/toast'

/** The letters that lead to pages, and the one that changes the zone. */
export function useGoKeys() {
  const go = useNavigate()
  useKeys({
    'g o': () => void go({ to: '/' }),
    'g j': () => void go({ to: '/jobs' }),
    'g r': () => void go({ to: '/runs' }),
    'g t': () => void go({ to: '/timeline' }),
    'g i': () => void go({ to: '/incidents' }),
    'g a': () => void go({ to: '/agents' }),
    c: () => void go({ to: '/propose' }),
    t: () => toast(nextZone()),
    '/': () => document.querySelector<HTMLElement>('main input[type=search]')?.focus(),
  })
}
