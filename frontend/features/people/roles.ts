import type { Role } from '@app/api/roles'

/** The roles from the least to the most, and what each may do beyond the one before. */
export const ROLES: { role: Role; means: string }[] = [
  { role: 'viewer', means: 'Sees everything but secrets and the audit log.' },
  { role: 'member', means: 'Acts on monitors and incidents: pauses, acknowledges, resolves, syncs.' },
  {
    role: 'admin',
    means: 'Connects repositories, enrols hosts, makes tokens and channels, manages members.',
  },
  { role: 'owner', means: 'Everything, the tenant itself included.' },
]
