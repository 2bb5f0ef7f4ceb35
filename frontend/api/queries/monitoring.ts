import { queryOptions } from '@tanstack/react-query'
import { api, get, type Schemas } from '../client'
import { refusal } from '../problem'
import { list } from './list'

export type RunFilter = {
  job?: string
  monitor?: string
  agent?: string
  status?: Schemas['RunStatus']
  after?: string
  before?: string
}

export const runsQuery = (filter: RunFilter, limit = 100) =>
  list(['runs', filter, limit], (cursor, signal) =>
    get(api.GET('/api/v1/runs', { params: { query: { ...filter, cursor, limit } }, signal })),
  )

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ['run', id],
    queryFn: ({ signal }) => get(api.GET('/api/v1/runs/{id}', { params: { path: { id } }, signal })),
  })

/** The last good run of the same monitor before another; none when there was none. */
export const successBeforeQuery = (run: Schemas['Run']) =>
  queryOptions({
    queryKey: ['run', run.id, 'success-before'],
    queryFn: async ({ signal }) => {
      const before = run.started_at ?? run.expected_at ?? run.created_at
      const query = { monitor: run.monitor_id, status: 'succeeded', before, limit: 2 } as const
      const { items } = await get(api.GET('/api/v1/runs', { params: { query }, signal }))
      return items.find((r) => r.id !== run.id) ?? null
    },
  })

export type Output = { head: string; tail: string; total: number; dropped: number }

const text = (base64: string) => {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))
  return new TextDecoder('utf-8').decode(bytes)
}

/** What a run wrote, as text; bytes that are none are shown as such. Nothing when it wrote nothing. */
export const outputQuery = (id: string) =>
  queryOptions({
    queryKey: ['run', id, 'output'],
    queryFn: async ({ signal }): Promise<Output | null> => {
      const { data, error, response } = await api.GET('/api/v1/runs/{id}/output', {
        params: { path: { id } },
        headers: { Accept: 'application/json' },
        signal,
      })
      if (response.status === 404) return null
      if (!response.ok || !data || !('head' in data)) throw refusal(error, response)
      return {
        head: text(data.head),
        tail: text(data.tail ?? ''),
        total: data.total_bytes,
        dropped: data.dropped_bytes,
      }
    },
  })

export const monitorsQuery = (filter: { job?: string; agent?: string }) =>
  queryOptions({
    queryKey: ['monitors', filter.job ?? '', filter.agent ?? ''],
    queryFn: async ({ signal }) =>
      (await get(api.GET('/api/v1/monitors', { params: { query: { ...filter, limit: 200 } }, signal })))
        .items,
  })

export type IncidentFilter = { state?: Schemas['IncidentState']; job?: string }

export const incidentsQuery = (filter: IncidentFilter, limit = 100) =>
  list(['incidents', filter, limit], (cursor, signal) =>
    get(api.GET('/api/v1/incidents', { params: { query: { ...filter, cursor, limit } }, signal })),
  )

export const incidentQuery = (id: string) =>
  queryOptions({
    queryKey: ['incident', id],
    queryFn: ({ signal }) => get(api.GET('/api/v1/incidents/{id}', { params: { path: { id } }, signal })),
  })

export const rejectedQuery = list(['rejected'], (cursor, signal) =>
  get(api.GET('/api/v1/rejected-check-ins', { params: { query: { cursor, limit: 100 } }, signal })),
)
