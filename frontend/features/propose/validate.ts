import { api, get } from '@app/api/client'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'

/** What a push of this file would be told. */
export const validateQuery = (text: string, path: string, repository?: string) =>
  queryOptions({
    queryKey: ['validate', text, path, repository ?? ''],
    queryFn: ({ signal }) =>
      get(api.POST('/api/v1/manifests/validate', { body: { text, path, repository }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    placeholderData: keepPreviousData,
  })

/** What a schedule means, and when it starts next. */
export const previewQuery = (schedule: string, timezone?: string) =>
  queryOptions({
    queryKey: ['preview', schedule, timezone ?? ''],
    queryFn: ({ signal }) =>
      get(api.POST('/api/v1/schedules/preview', { body: { schedule, timezone, count: 5 }, signal })),
    retry: false,
    staleTime: 60_000,
    gcTime: 60_000,
  })
