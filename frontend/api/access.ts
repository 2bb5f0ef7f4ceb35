import { useQuery } from '@tanstack/react-query'
import type { Schemas } from './client'
import { useLive } from './live'
import { meQuery } from './queries/me'

export type Role = Schemas['Role']

const RANK: Record<Role, number> = { viewer: 0, member: 1, admin: 2, owner: 3 }

export const atLeast = (role: Role, needed: Role) => RANK[role] >= RANK[needed]

/** Why a role can not do what needs another; false when it can. */
export const refused = (role: Role, needed: Role): string | false =>
  atLeast(role, needed)
    ? false
    : `Needs the role ${needed}; you are ${role === 'viewer' ? 'a viewer' : `${role === 'admin' || role === 'owner' ? 'an' : 'a'} ${role}`}`

/** Why the person can not do now what needs a role: theirs is lower, or the server is out of reach. */
export function useReason(needed: Role): string | false {
  const { data: me } = useQuery(meQuery)
  const live = useLive()
  if (me && !atLeast(me.role, needed)) return refused(me.role, needed)
  return live === 'lost' ? 'The server is out of reach' : false
}
