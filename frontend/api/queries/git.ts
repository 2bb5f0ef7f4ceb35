import { queryOptions } from '@tanstack/react-query'
import { api, get } from '../client'
import { list } from './list'

export const repositoriesQuery = queryOptions({
  queryKey: ['repositories'],
  queryFn: async ({ signal }) =>
    (await get(api.GET('/api/v1/repositories', { params: { query: { limit: 200 } }, signal }))).items,
})

export const repositoryQuery = (name: string) =>
  queryOptions({
    queryKey: ['repository', name],
    queryFn: ({ signal }) =>
      get(api.GET('/api/v1/repositories/{name}', { params: { path: { name } }, signal })),
  })

export const commitsQuery = (name: string, limit = 50) =>
  list(['repository', name, 'commits', limit], (cursor, signal) =>
    get(
      api.GET('/api/v1/repositories/{name}/commits', {
        params: { path: { name }, query: { cursor, limit } },
        signal,
      }),
    ),
  )

export const diagnosticsQuery = (name: string) =>
  list(['repository', name, 'diagnostics'], (cursor, signal) =>
    get(
      api.GET('/api/v1/repositories/{name}/diagnostics', {
        params: { path: { name }, query: { cursor, limit: 100 } },
        signal,
      }),
    ),
  )

export const webhookQuery = (name: string) =>
  queryOptions({
    queryKey: ['repository', name, 'webhook'],
    queryFn: ({ signal }) =>
      get(api.GET('/api/v1/repositories/{name}/webhook', { params: { path: { name } }, signal })),
  })
