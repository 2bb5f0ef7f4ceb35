import type { Schemas } from '@app/api/client'

/** What each meter is called, and what it counts. */
export const WORDS: Record<Schemas['UsageKind'], { name: string; help: string }> = {
  jobs: { name: 'Jobs', help: 'in force in Git' },
  monitors: { name: 'Monitors', help: 'a job in one place' },
  agents: { name: 'Agents', help: 'not revoked' },
  members: { name: 'Members', help: 'seats' },
  repositories: { name: 'Repositories', help: 'connected' },
  channels: { name: 'Channels', help: 'where people are told' },
  tokens: { name: 'API tokens', help: 'not revoked' },
  discovered: { name: 'Discovered', help: 'reporting, not in Git' },
  outputs: { name: 'Outputs', help: 'of runs, kept' },
  output_bytes: { name: 'Storage of outputs', help: 'compressed' },
}
