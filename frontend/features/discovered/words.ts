import type { Schemas } from '@app/api/client'
import { INCIDENT, JOB, type Look } from '@ui/status'

export const DISCOVERED: Record<Schemas['DiscoveredState'], Look> = {
  open: { ...JOB.pending, word: 'Not in Git' },
  linked: { ...INCIDENT.resolved, word: 'In Git now' },
  ignored: { ...JOB.disabled, word: 'Ignored' },
}

export const CLIENTS: Record<Schemas['IntegrationKind'], string> = {
  healthchecks: 'Healthchecks',
  sentry: 'Sentry Crons',
  cronitor: 'Cronitor',
}
