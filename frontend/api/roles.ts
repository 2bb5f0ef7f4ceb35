import type { Schemas } from './client'

export type Role = Schemas['Role']

const RANK: Record<Role, number> = { viewer: 0, member: 1, admin: 2, owner: 3 }

export const atLeast = (role: Role, needed: Role) => RANK[role] >= RANK[needed]

/** Why a role can not do what needs another; false when it can. */
export const refused = (role: Role, needed: Role): string | false =>
  atLeast(role, needed)
    ? false
    : `Needs the role ${needed}; you are ${role === 'viewer' ? 'a viewer' : `${role === 'admin' || role === 'owner' ? 'an' : 'a'} ${role}`}`
