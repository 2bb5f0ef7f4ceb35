import type { Schemas } from '@app/api/client'
import type { Lane } from '@ui/charts/Lanes'
import { ms } from '@ui/lib/time'

type Run = Schemas['Run']

/** When a run stands on the axis: when it began, else when it should have, else when it ended. */
export const startOf = (run: Run) =>
  ms(run.started_at ?? run.expected_at ?? run.finished_at ?? run.created_at)

/** A lane for each place the job is in or ran in; hosts by name. */
export function lanesOf(job: Pick<Schemas['Job'], 'placements' | 'ping'>, runs: Run[]): Lane[] {
  const lanes = new Map<string, Lane>()
  const lane = (host: string | null | undefined) => {
    const name = host ?? (job.ping ? 'check-ins' : 'unknown host')
    let found = lanes.get(name)
    if (!found) {
      found = { key: name, name, runs: [] }
      lanes.set(name, found)
    }
    return found
  }
  for (const p of job.placements) lane(p.host)
  for (const run of runs) {
    // A check-in may name its host; the monitor it belongs to is the job's one all the same.
    lane(job.ping ? null : run.host).runs.push({
      id: run.id,
      status: run.status,
      start: startOf(run),
      end: run.finished_at ? ms(run.finished_at) : undefined,
      expected: run.expected_at ? ms(run.expected_at) : undefined,
    })
  }
  return [...lanes.values()].sort((a, b) => a.name.localeCompare(b.name))
}
