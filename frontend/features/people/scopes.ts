import type { Schemas } from '@app/api/client'

type Scope = Schemas['Scope']

const MEANS: Record<Scope, string> = {
  'runs:read': 'Runs and their output',
  'jobs:read': 'Jobs, monitors, repositories; git clone',
  'jobs:write': 'git push, repositories, pausing',
  'checkins:write': 'Reporting runs',
  'agents:read': 'Agents and their plans',
  'agents:write': 'Enrolment, labels, revocation',
  'incidents:read': 'Incidents and their timelines',
  'incidents:write': 'Acknowledging and resolving',
  'channels:read': 'Channels, without their secrets',
  'channels:write': 'Channels and test messages',
  'tokens:write': 'Making and revoking tokens',
  'members:write': 'Members and invitations',
  'tenant:write': 'The tenant’s own settings',
  'audit:read': 'The audit log',
}

/** Every right a token may have, and what it means. */
export const SCOPES = (Object.keys(MEANS) as Scope[]).map((scope) => ({ scope, means: MEANS[scope] }))
