import { queryOptions } from '@tanstack/react-query'
import { api, get, type Schemas } from '../client'
import { list } from './list'

export const channelsQuery = queryOptions({
  queryKey: ['channels'],
  queryFn: async ({ signal }) => (await get(api.GET('/api/v1/channels', { signal }))).items,
})

export const deliveriesQuery = (filter: {
  channel_id?: string
  incident_id?: string
  state?: Schemas['DeliveryState']
}) =>
  list(['deliveries', filter], (cursor, signal) =>
    get(api.GET('/api/v1/deliveries', { params: { query: { ...filter, cursor, limit: 100 } }, signal })),
  )

export const queueQuery = queryOptions({
  queryKey: ['deliveries', 'queue'],
  queryFn: ({ signal }) => get(api.GET('/api/v1/deliveries/queue', { signal })),
  refetchInterval: 15_000,
})

export const routesQuery = queryOptions({
  queryKey: ['rules', 'routes'],
  queryFn: async ({ signal }) => (await get(api.GET('/api/v1/routes', { signal }))).items,
})

export const policiesQuery = queryOptions({
  queryKey: ['rules', 'policies'],
  queryFn: async ({ signal }) => (await get(api.GET('/api/v1/policies', { signal }))).items,
})

export const maintenanceQuery = queryOptions({
  queryKey: ['rules', 'maintenance'],
  queryFn: async ({ signal }) => (await get(api.GET('/api/v1/maintenance', { signal }))).items,
})

export const snoozesQuery = queryOptions({
  queryKey: ['snoozes'],
  queryFn: async ({ signal }) => (await get(api.GET('/api/v1/snoozes', { signal }))).items,
  refetchInterval: 60_000,
})

/** Who would be told if something happened to a job now. */
export const routeTestQuery = (job: string, kind: Schemas['IncidentKind']) =>
  queryOptions({
    queryKey: ['rules', 'test', job, kind],
    queryFn: ({ signal }) =>
      get(api.GET('/api/v1/routes/test', { params: { query: { job, kind } }, signal })),
    enabled: job !== '',
    retry: false,
  })
