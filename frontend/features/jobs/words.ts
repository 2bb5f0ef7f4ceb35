import type { Schemas } from '@app/api/client'
import { count } from '@ui/lib/time'

type JobSummary = Schemas['JobSummary']

/** Statuses whose second line says why; the rest says where the job runs. */
const BAD: Partial<Record<JobSummary['status'], string>> = {
  failing: 'text-fail',
  invalid: 'text-fail',
  late: 'text-late',
  unplaced: 'text-late',
}

export const badTone = (status: JobSummary['status']) => BAD[status]

/** Where it runs: `db-01, db-02`, `on 12 hosts`, `reports by check-in`. */
export function where(job: Pick<JobSummary, 'ping' | 'monitors' | 'recent'>): string {
  if (job.ping) return 'reports by check-in'
  const hosts = job.recent?.hosts ?? []
  if (hosts.length > 0 && hosts.length === job.monitors) return `on ${hosts.join(', ')}`
  return job.monitors === 0 ? 'on no host yet' : `on ${count(job.monitors, 'host')}`
}

/** What is to be said of a job in a bad state: the server's words, else what its status says. */
export function reason(job: JobSummary): string | undefined {
  if (job.recent?.reason && BAD[job.status]) return job.recent.reason
  switch (job.status) {
    case 'failing':
      return 'The last run went wrong'
    case 'invalid':
      return 'Its file has errors; the last valid form is in force'
    case 'late':
      return 'It should have begun by now'
    case 'unplaced':
      return 'No host matches its selector'
    default:
      return undefined
  }
}
