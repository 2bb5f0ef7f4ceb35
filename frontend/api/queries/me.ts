import { queryOptions } from '@tanstack/react-query'
import { api, get } from '../client'

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => get(api.GET('/api/v1/me', { signal })),
  staleTime: 300_000,
})

export const tenantQuery = queryOptions({
  queryKey: ['tenant'],
  queryFn: ({ signal }) => get(api.GET('/api/v1/tenant', { signal })),
  staleTime: 300_000,
})
