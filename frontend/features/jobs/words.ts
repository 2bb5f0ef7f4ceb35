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

/** Where it runs: `on 3 hosts`, `reports by check-in`. */
export function where(job: Pick<JobSummary, 'ping' | 'monitors'>): string {
  if (job.ping) return 'reports by check-in'
  return job.monitors === 0 ? 'on no host yet' : `on ${count(job.monitors, 'host')}`
}

/** What is to be said of a job in a bad state, as far as its status says. */
export function reason(job: JobSummary): string | undefined {
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
