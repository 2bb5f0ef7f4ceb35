import type { components } from './schema'

export type Problem = components['schemas']['Problem']
export type Code = components['schemas']['Code']

/** A refusal or failure of the API: the problem as the server put it. */
export class ApiError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title)
    this.name = 'ApiError'
    this.problem = problem
  }

  get code(): Code {
    return this.problem.code
  }

  /** What is wrong, by the field's name: `/sync_interval_seconds` becomes `sync_interval_seconds`. */
  get fields(): Record<string, string> {
    const said = this.problem.errors ?? []
    return Object.fromEntries(said.map((e) => [e.pointer.replace(/^[/?]/, ''), e.detail]))
  }
}

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' && body !== null && 'code' in body && 'title' in body

/** What to throw for an answer that is no success: a proxy's error page has no problem in it. */
export function refusal(body: unknown, response: Response): ApiError {
  if (isProblem(body)) return new ApiError(body)
  return new ApiError({
    type: 'about:blank',
    title: response.status >= 500 ? 'The server can not answer now' : 'The server refused this',
    status: response.status,
    detail: `It answered ${response.status} without saying why.`,
    code: response.status >= 500 ? 'unavailable' : 'bad_request',
    request_id: response.headers.get('x-request-id'),
  })
}

/** A sentence for people about anything that was thrown. */
export function sentence(error: unknown): string {
  if (error instanceof ApiError) return error.message
  if (error instanceof TypeError) return 'The server can not be reached.'
  return error instanceof Error ? error.message : String(error)
}
