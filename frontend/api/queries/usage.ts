import { queryOptions } from '@tanstack/react-query'
import { api, get } from '../client'

export const usageQuery = queryOptions({
  queryKey: ['usage'],
  queryFn: ({ signal }) => get(api.GET('/api/v1/usage', { signal })),
  // Sums of a month: no event tells of each check-in, and a minute changes little.
  refetchInterval: 60_000,
})
