import { queryOptions } from '@tanstack/react-query'
import { api, get, type Schemas } from '../client'
import { list } from './list'

export type JobFilter = { namespace?: string; label?: string; q?: string; status?: Schemas['JobStatus'] }
export type JobPath = { namespace: string; name: string }

export const jobsQuery = (filter: JobFilter) =>
  list(['jobs', filter], (cursor, signal) =>
    get(api.GET('/api/v1/jobs', { params: { query: { ...filter, cursor, limit: 200 } }, signal })),
  )

export const namespacesQuery = queryOptions({
  queryKey: ['namespaces'],
  queryFn: async ({ signal }) =>
    (await get(api.GET('/api/v1/namespaces', { params: { query: { limit: 200 } }, signal }))).items,
})

export const jobQuery = (path: JobPath) =>
  queryOptions({
    queryKey: ['job', path.namespace, path.name],
    queryFn: ({ signal }) => get(api.GET('/api/v1/jobs/{namespace}/{name}', { params: { path }, signal })),
  })

export const jobHistoryQuery = (path: JobPath) =>
  list(['job', path.namespace, path.name, 'history'], (cursor, signal) =>
    get(
      api.GET('/api/v1/jobs/{namespace}/{name}/history', {
        params: { path, query: { cursor, limit: 50 } },
        signal,
      }),
    ),
  )

export const jobDiffQuery = (path: JobPath, from: string, to: string) =>
  queryOptions({
    queryKey: ['job', path.namespace, path.name, 'diff', from, to],
    queryFn: ({ signal }) =>
      get(api.GET('/api/v1/jobs/{namespace}/{name}/diff', { params: { path, query: { from, to } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  })

export const nextRunsQuery = (path: JobPath, count = 8) =>
  queryOptions({
    queryKey: ['job', path.namespace, path.name, 'next', count],
    queryFn: ({ signal }) =>
      get(
        api.GET('/api/v1/jobs/{namespace}/{name}/next-runs', { params: { path, query: { count } }, signal }),
      ),
    refetchInterval: 60_000,
  })
