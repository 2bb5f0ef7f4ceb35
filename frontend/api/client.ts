import { learn } from '@ui/lib/clock'
import createClient from 'openapi-fetch'
import { record } from './calls'
import { refusal } from './problem'
import type { components, paths } from './schema'
import { chosenTenant } from './tenant'

export type Schemas = components['schemas']

export const api = createClient<paths>({
  baseUrl: location.origin,
  credentials: 'same-origin',
  // Looked up at each call, so that a test's own fetch is used.
  fetch: (request) => fetch(request),
})

api.use({
  onRequest({ request }) {
    request.headers.set('X-Crontopus-Client', 'console')
    if (chosenTenant) request.headers.set('Crontopus-Tenant', chosenTenant)
    record(request)
  },
  onResponse({ response }) {
    learn(response.headers.get('date'))
  },
})

type Answer<T> = { data?: T; error?: unknown; response: Response }

/** The answer's body, or the problem thrown. */
export async function get<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call
  if (!response.ok) throw refusal(error, response)
  return data as T
}

/** A call without a body to read. */
export async function done(call: Promise<Answer<unknown>>): Promise<void> {
  const { error, response } = await call
  if (!response.ok) throw refusal(error, response)
}
