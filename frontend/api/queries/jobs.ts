import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, get, type Schemas } from '../client'
import type { operations } from '../schema'
import { list } from './list'

export type JobFilter = {
  namespace?: string
  label?: string
  q?: string
  status?: Schemas['JobStatus']
  sort?: NonNullable<operations['list_jobs']['parameters']['query']>['sort']
}
export type JobPath = { namespace: string; name: string }

/** The filter as the API takes it: each label by itself. */
const asked = ({ label, ...rest }: JobFilter) => ({ ...rest, label: label?.split(',') })

export const jobsQuery = (filter: JobFilter) =>
  list(['jobs', filter], (cursor, signal) =>
    get(
      api.GET('/api/v1/jobs', {
        params: {
          query: { ...asked(filter), include: cursor ? 'recent' : 'recent,counts', cursor, limit: 200 },
        },
        signal,
      }),
    ),
  )

/** Statuses that need somebody, the worst first. */
const URGENT = ['failing', 'late', 'invalid'] as const

/** The jobs that need somebody, to stand above the rest: the first of each such status. */
export const urgentQuery = (filter: JobFilter) =>
  queryOptions({
    queryKey: ['urgent', filter],
    queryFn: async ({ signal }) => {
      const read = (status: Schemas['JobStatus']) =>
        get(
          api.GET('/api/v1/jobs', {
            params: { query: { ...asked(filter), status, include: 'recent', limit: 50 } },
            signal,
          }),
        )
      return (await Promise.all(URGENT.map(read))).flatMap((page) => page.items)
    },
    placeholderData: keepPreviousData,
  })

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

/** The first jobs by name, to choose one of. */
export const someJobsQuery = queryOptions({
  queryKey: ['jobs', 'some'],
  queryFn: ({ signal }) => get(api.GET('/api/v1/jobs', { params: { query: { limit: 200 } }, signal })),
  staleTime: 60_000,
})

/** Why a job is not well, in the server's words: the list tells it, the one job does not. */
export const jobReasonQuery = ({ namespace, name }: JobPath) =>
  queryOptions({
    queryKey: ['job', namespace, name, 'reason'],
    queryFn: async ({ signal }) => {
      const query = { namespace, q: name, include: 'recent', limit: 50 }
      const { items } = await get(api.GET('/api/v1/jobs', { params: { query }, signal }))
      return items.find((j) => j.name === name)?.recent?.reason ?? null
    },
  })

/** A job as it stood at a commit. */
export const jobAtQuery = (path: JobPath, ref: string) =>
  queryOptions({
    queryKey: ['job', path.namespace, path.name, 'at', ref],
    queryFn: ({ signal }) =>
      get(
        api.GET('/api/v1/jobs/{namespace}/{name}', {
          params: { path: { namespace: path.namespace, name: path.name }, query: { ref } },
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
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

export const jobBlameQuery = (path: JobPath, ref?: string) =>
  queryOptions({
    queryKey: ['job', path.namespace, path.name, 'blame', ref ?? ''],
    queryFn: ({ signal }) =>
      get(
        api.GET('/api/v1/jobs/{namespace}/{name}/blame', {
          params: { path: { namespace: path.namespace, name: path.name }, query: { ref } },
          signal,
        }),
      ),
    staleTime: 60_000,
  })

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
