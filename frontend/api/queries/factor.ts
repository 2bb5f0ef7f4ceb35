import { queryOptions } from '@tanstack/react-query'
import { api, get } from '../client'

export const secondFactorQuery = queryOptions({
  queryKey: ['second-factor'],
  queryFn: ({ signal }) => get(api.GET('/api/v1/me/second-factor', { signal })),
})

export const passkeysQuery = queryOptions({
  queryKey: ['passkeys'],
  queryFn: ({ signal }) => get(api.GET('/api/v1/me/passkeys', { signal })),
})
