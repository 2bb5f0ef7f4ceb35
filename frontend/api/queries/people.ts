import { api, get } from '../client'
import { list } from './list'

export const tokensQuery = list(['tokens'], (cursor, signal) =>
  get(api.GET('/api/v1/tokens', { params: { query: { cursor, limit: 100 } }, signal })),
)
export const membersQuery = list(['members'], (cursor, signal) =>
  get(api.GET('/api/v1/members', { params: { query: { cursor, limit: 100 } }, signal })),
)
export const invitationsQuery = list(['invitations'], (cursor, signal) =>
  get(api.GET('/api/v1/invitations', { params: { query: { cursor, limit: 100 } }, signal })),
)
export const auditQuery = list(['audit'], (cursor, signal) =>
  get(api.GET('/api/v1/audit', { params: { query: { cursor, limit: 100 } }, signal })),
)
