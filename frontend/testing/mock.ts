import type { Schemas } from '@app/api/client'
import { atLeast, type Role } from '@app/api/roles'
import type { paths } from '@app/api/schema'

// An API for tests of components: its paths and answers are typed by the document, it keeps what is changed, and it
// refuses by role as the server does. Whole stories run against the server itself.

type Method = 'get' | 'post' | 'patch' | 'delete' | 'put'
/** Every operation of the document, as `get /api/v1/jobs`. */
export type Operation = {
  [P in keyof paths]: {
    [M in Method]: paths[P] extends Record<M, { responses: unknown }> ? `${M} ${P & string}` : never
  }[Method]
}[keyof paths]
type ResponsesOf<O extends Operation> = O extends `${infer M} ${infer P}`
  ? P extends keyof paths
    ? M extends keyof paths[P]
      ? paths[P][M] extends { responses: infer R }
        ? R
        : never
      : never
    : never
  : never
type Body<R> = R extends { content: { 'application/json': infer B } } ? B : undefined
/** What an operation answers when all is well. */
export type AnswerOf<O extends Operation> =
  ResponsesOf<O> extends infer R
    ? R extends { 200: infer A }
      ? Body<A>
      : R extends { 201: infer A }
        ? Body<A>
        : R extends { 202: infer A }
          ? Body<A>
          : undefined
    : never

export type Asked = { params: Record<string, string>; query: URLSearchParams; body: unknown }
type Handler<O extends Operation> = (asked: Asked) => AnswerOf<O> | Response
export type Handlers = { [O in Operation]?: Handler<O> }

export const problem = (
  status: number,
  code: Schemas['Code'],
  detail: string,
  errors?: Schemas['FieldProblem'][],
) =>
  Response.json(
    {
      type: `https://crontopus.dev/problems/${code}`,
      title: detail,
      status,
      code,
      detail,
      errors,
      request_id: 'req_test',
    },
    { status, headers: { 'content-type': 'application/problem+json' } },
  )

export class MockApi {
  role: Role = 'owner'
  signedIn = true
  /** Everything that was asked, as `get /api/v1/jobs?q=x`. */
  readonly asked: string[] = []
  readonly bodies: Record<string, unknown> = {}
  private readonly handlers: Handlers
  private readonly needs: Partial<Record<Operation, Role>>
  private feed: ReadableStreamDefaultController<Uint8Array> | undefined
  private seq = 0

  constructor(handlers: Handlers, needs: Partial<Record<Operation, Role>>) {
    this.handlers = handlers
    this.needs = needs
  }

  /** Takes another answer for one operation. */
  answer<O extends Operation>(operation: O, handler: Handler<O>) {
    Object.assign(this.handlers, { [operation]: handler })
  }

  /** Has something happen, as the stream tells it. */
  happen(kind: Schemas['EventKind'], id: string, job?: string) {
    const event: Schemas['Event'] = { seq: ++this.seq, kind, id, job, at: new Date().toISOString() }
    this.feed?.enqueue(
      new TextEncoder().encode(`id: ${event.seq}\nevent: ${kind}\ndata: ${JSON.stringify(event)}\n\n`),
    )
  }

  readonly fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(
      input instanceof Request ? input : new URL(String(input), location.href),
      init,
    )
    const url = new URL(request.url)
    const method = request.method.toLowerCase()
    this.asked.push(`${method} ${url.pathname}${decodeURIComponent(url.search)}`)
    if (url.pathname === '/api/v1/events') return this.stream(request.signal)
    const found = this.find(method, url.pathname)
    if (!found) return problem(404, 'not_found', `The mock does not know ${method} ${url.pathname}`)
    const [operation, params] = found
    const open = operation.startsWith('post /api/v1/auth/') || operation === 'post /api/v1/invitations/accept'
    if (!this.signedIn && !open) return problem(401, 'unauthenticated', 'Sign in first')
    const needed = this.needs[operation]
    if (needed && !atLeast(this.role, needed)) return problem(403, 'forbidden', `needs the role ${needed}`)
    const text = await request.text()
    const body: unknown = text ? JSON.parse(text) : undefined
    if (body !== undefined) this.bodies[operation] = body
    const handler = this.handlers[operation] as ((asked: Asked) => unknown) | undefined
    if (!handler) return problem(404, 'not_found', `The mock has no answer for ${operation}`)
    const answer = handler({ params, query: url.searchParams, body })
    if (answer instanceof Response) return answer
    return answer === undefined ? new Response(null, { status: 204 }) : Response.json(answer)
  }

  private find(method: string, path: string): [Operation, Record<string, string>] | undefined {
    for (const operation of Object.keys(this.handlers) as Operation[]) {
      const [m = '', template = ''] = operation.split(' ')
      if (m !== method) continue
      const names = [...template.matchAll(/\{(\w+)\}/g)].map((x) => x[1] ?? '')
      const found = new RegExp(`^${template.replace(/\{\w+\}/g, '([^/]+)')}$`).exec(path)
      if (found)
        return [
          operation,
          Object.fromEntries(names.map((n, i) => [n, decodeURIComponent(found[i + 1] ?? '')])),
        ]
    }
    return undefined
  }

  private stream(signal: AbortSignal): Response {
    const body = new ReadableStream<Uint8Array>({
      start: (feed) => {
        this.feed = feed
        signal.addEventListener('abort', () => {
          this.feed = undefined
          feed.error(new DOMException('ended', 'AbortError'))
        })
      },
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }
}
