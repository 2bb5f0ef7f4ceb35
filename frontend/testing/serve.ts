import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { Readable } from 'node:stream'
import type { ReadableStream as WebStream } from 'node:stream/web'
import type { MockApi } from './mock'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/** The policy the server itself sends: what breaks it in a browser breaks it here. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

/** The built console over a mock API, for a real browser: what no server has, or not yet, can be looked at by it. */
export async function serveMock(
  api: MockApi,
  dist: string,
): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = createServer((request, answer) => {
    const path = new URL(request.url ?? '/', 'http://mock').pathname
    const reply = path.startsWith('/api/') ? api.fetch(asked(request)) : file(dist, path)
    reply
      .then((given) => {
        answer.writeHead(given.status, {
          ...Object.fromEntries(given.headers),
          'Content-Security-Policy': POLICY,
        })
        if (!given.body) return answer.end()
        const body = Readable.fromWeb(given.body as WebStream)
        answer.on('close', () => body.destroy())
        body.on('error', () => answer.destroy())
        return body.pipe(answer)
      })
      .catch((error: unknown) => answer.writeHead(500).end(String(error)))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

function asked(request: IncomingMessage): Request {
  const method = request.method ?? 'GET'
  const body = method === 'GET' ? {} : { body: Readable.toWeb(request) as BodyInit, duplex: 'half' as const }
  const ended = new AbortController()
  request.on('close', () => ended.abort())
  const signal = method === 'GET' ? ended.signal : undefined
  return new Request(new URL(request.url ?? '/', `http://${request.headers.host}`), {
    method,
    signal,
    ...body,
  })
}

/** A file of the console; every other address is its page. */
async function file(dist: string, path: string): Promise<Response> {
  const name = extname(path) ? normalize(path) : '/index.html'
  try {
    const bytes = await readFile(join(dist, name))
    return new Response(new Uint8Array(bytes), {
      headers: { 'Content-Type': TYPES[extname(name)] ?? 'application/octet-stream' },
    })
  } catch {
    return new Response(null, { status: 404 })
  }
}
