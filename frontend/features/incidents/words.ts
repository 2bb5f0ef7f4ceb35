import type { Schemas } from '@app/api/client'
import { count } from '@ui/lib/time'
import { type Look, RUN } from '@ui/status'

type Kind = Schemas['IncidentKind']

/** What an incident began with, as a shape and a word. */
export const KIND: Record<Kind, Look> = {
  failed: RUN.failed,
  late: { word: 'Is late', tone: 'late', shape: 'clock' },
  missed: RUN.missed,
  timed_out: RUN.timed_out,
  too_short: { word: 'Too short', tone: 'late', shape: 'alert' },
  stale: { word: 'No success for too long', tone: 'late', shape: 'clock' },
  host_silent: { word: 'Host is silent', tone: 'miss', shape: 'gap' },
}

/** `INC-4f2k9x`: short enough to say aloud. */
export const shortId = (id: string) => id.slice(-6).toUpperCase()

export const whatOf = (i: Schemas['Incident']) =>
  i.namespace && i.name ? `${i.namespace}/${i.name}` : (i.host ?? 'the tenant')

/** What went wrong, for where the job's name already stands: `Failed on db-01, 3 bad runs`. */
export function briefly(i: Schemas['Incident']): string {
  const own = `${whatOf(i)} `
  const text = i.title.startsWith(own) ? i.title.slice(own.length) : i.title
  const times = i.bad_runs > 1 ? `, ${count(i.bad_runs, 'bad run')}` : ''
  return text.charAt(0).toUpperCase() + text.slice(1) + times
}
