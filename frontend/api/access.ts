import { useQuery } from '@tanstack/react-query'
import { useLive } from './live'
import { meQuery } from './queries/me'
import { atLeast, type Role, refused } from './roles'

/** Why the person can not do now what needs a role: theirs is lower, or the server is out of reach. */
export function useReason(needed: Role): string | false {
  const { data: me } = useQuery(meQuery)
  const live = useLive()
  if (me && !atLeast(me.role, needed)) return refused(me.role, needed)
  return live === 'lost' ? 'The server is out of reach' : false
}
