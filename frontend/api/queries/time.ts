import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, get } from '../client'
import type { JobPath } from './jobs'
import { list } from './list'

const iso = (at: number) => new Date(at).toISOString()

export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: ({ signal }) => get(api.GET('/api/v1/overview', { signal })),
  refetchInterval: 60_000,
})

/** Starts by five minutes of the day that begins at `from`. */
export const loadQuery = (from: number, hours = 24, cell = 5) =>
  queryOptions({
    queryKey: ['schedule', 'load', from, hours, cell],
    queryFn: ({ signal }) =>
      get(
        api.GET('/api/v1/schedule/load', {
          params: { query: { from: iso(from), hours, cell_minutes: cell } },
          signal,
        }),
      ),
    staleTime: 300_000,
    placeholderData: keepPreviousData,
  })

export const agendaQuery = (from: number, to: number, namespace?: string, limit = 500) =>
  queryOptions({
    queryKey: ['schedule', 'agenda', from, to, namespace ?? '', limit],
    queryFn: ({ signal }) =>
      get(
        api.GET('/api/v1/schedule/upcoming', {
          params: { query: { from: iso(from), to: iso(to), namespace, limit } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  })

/** Many jobs on one axis; the worst of a part stands for it. */
export const timelineQuery = (
  { from, to, buckets }: { from: number; to: number; buckets: number },
  filter: { namespace?: string; q?: string },
) =>
  list(['timeline', 'lanes', Math.round(from), Math.round(to), buckets, filter], (cursor, signal) =>
    get(
      api.GET('/api/v1/timeline', {
        params: {
          query: {
            from: iso(Math.round(from)),
            to: iso(Math.round(to)),
            buckets,
            ...filter,
            cursor,
            limit: 60,
          },
        },
        signal,
      }),
    ),
  )

const key = (path: JobPath, ...rest: unknown[]) => ['job', path.namespace, path.name, ...rest]
const only = ({ namespace, name }: JobPath) => ({ namespace, name })

export const jobTimelineQuery = (path: JobPath, from: number, to: number) =>
  queryOptions({
    queryKey: key(path, 'timeline', from, to),
    queryFn: ({ signal }) =>
      get(
        api.GET('/api/v1/jobs/{namespace}/{name}/timeline', {
          params: { path: only(path), query: { from: iso(from), to: iso(to) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  })

export const jobDurationsQuery = (path: JobPath, from: number, to: number, buckets = 60) =>
  queryOptions({
    queryKey: key(path, 'durations', from, to, buckets),
    queryFn: ({ signal }) =>
      get(
        api.GET('/api/v1/jobs/{namespace}/{name}/durations', {
          params: { path: only(path), query: { from: iso(from), to: iso(to), buckets } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  })

export const jobStatisticsQuery = (path: JobPath, days: number) =>
  queryOptions({
    queryKey: key(path, 'statistics', days),
    queryFn: ({ signal }) =>
      get(
        api.GET('/api/v1/jobs/{namespace}/{name}/stats', {
          params: { path: only(path), query: { days } },
          signal,
        }),
      ),
  })

export const jobMetricsQuery = (path: JobPath, from: number, to: number) =>
  queryOptions({
    queryKey: key(path, 'metrics', from, to),
    queryFn: ({ signal }) =>
      get(
        api.GET('/api/v1/jobs/{namespace}/{name}/metrics', {
          params: { path: only(path), query: { from: iso(from), to: iso(to) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  })
