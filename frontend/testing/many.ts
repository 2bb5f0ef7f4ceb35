import type { Schemas } from '@app/api/client'
import type { MockApi } from './mock'
import { iso, job } from './world'

const STATUSES: Schemas['JobStatus'][] = ['ok', 'ok', 'ok', 'ok', 'ok', 'paused', 'ok', 'ok', 'pending', 'ok']
const URGENT = 7

/** The list of a tenant with very many jobs, a page at a time; a few of them fail. */
export function manyJobs(api: MockApi, count: number) {
  const one = (i: number): Schemas['JobSummary'] =>
    job({
      id: `job_${i}`,
      namespace: `team-${String(Math.floor(i / 100)).padStart(3, '0')}`,
      name: `task-${String(i).padStart(5, '0')}`,
      schedule: `${i % 60} ${i % 24} * * *`,
      status: i < URGENT ? 'failing' : STATUSES[i % STATUSES.length],
      recent: {
        runs: Array.from({ length: 30 }, (_, k) => ({
          status: (i + k) % 97 === 0 ? 'failed' : (i + k) % 131 === 0 ? 'missed' : 'succeeded',
          ms: 300_000 + ((i * 31 + k * 17) % 200) * 1000,
          at: iso((30 - k) * 3_600_000),
        })),
        p50_ms: 400_000,
        p95_ms: 500_000,
        hosts: ['app-01'],
      },
      monitors: 1,
    })
  api.answer('get /api/v1/jobs', ({ query }) => {
    const limit = Number(query.get('limit') ?? 50)
    const status = query.get('status')
    const from = Number(query.get('cursor') ?? 0)
    const to = Math.min(count, status ? (status === 'failing' ? URGENT : 0) : count, from + limit)
    const items = Array.from({ length: Math.max(0, to - from) }, (_, i) => one(from + i))
    const more = !status && to < count
    const none = { late: 0, unknown: 0, invalid: 0, disabled: 0, unplaced: 0 }
    const counts = { ...none, all: count, failing: URGENT, ok: count - URGENT, pending: 0, paused: 0 }
    return {
      items,
      next_cursor: more ? String(to) : null,
      counts: query.get('include')?.includes('counts') ? counts : null,
    }
  })
}
