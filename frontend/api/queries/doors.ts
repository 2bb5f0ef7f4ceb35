import { queryOptions } from '@tanstack/react-query'
import { api, get } from '../client'
import { list } from './list'

export const discoveredQuery = list(['discovered'], (cursor, signal) =>
  get(api.GET('/api/v1/discovered', { params: { query: { cursor, limit: 100 } }, signal })),
)

export const discoveredOneQuery = (id: string) =>
  queryOptions({
    queryKey: ['discovered', id],
    queryFn: ({ signal }) => get(api.GET('/api/v1/discovered/{id}', { params: { path: { id } }, signal })),
  })

export const integrationsQuery = queryOptions({
  queryKey: ['integrations'],
  queryFn: async ({ signal }) => (await get(api.GET('/api/v1/integrations', { signal }))).items,
})
