import { queryOptions } from '@tanstack/react-query'
import { api, get } from '../client'

export const secondFactorQuery = queryOptions({
  queryKey: ['second-factor'],
  queryFn: ({ signal }) => get(api.GET('/api/v1/me/second-factor', { signal })),
})
