import { queryOptions } from '@tanstack/react-query'
import { api, get, type Schemas } from '../client'
import { list } from './list'

export const agentsQuery = (state?: Schemas['AgentState']) =>
  list(['agents', state ?? ''], (cursor, signal) =>
    get(api.GET('/api/v1/agents', { params: { query: { state, cursor, limit: 200 } }, signal })),
  )

export const agentQuery = (agent: string) =>
  queryOptions({
    queryKey: ['agent', agent],
    queryFn: ({ signal }) => get(api.GET('/api/v1/agents/{agent}', { params: { path: { agent } }, signal })),
  })

export const enrollTokensQuery = list(['enroll-tokens'], (cursor, signal) =>
  get(api.GET('/api/v1/enroll-tokens', { params: { query: { cursor, limit: 100 } }, signal })),
)
