import type { QueryClient } from '@tanstack/react-query'
import { begun, type Event, type LiveState, liveState, setState } from './live'
import { patcher } from './patch'
import { reader } from './stream'
import { chosenTenant } from './tenant'

// One stream for all tabs of a browser: over plain HTTP/1.1 a browser holds six connections to a host, and a
// stream in each tab hangs the sixth tab. One tab leads and holds the stream; the others listen to it.

type Relayed = { event: Event } | { state: LiveState }

/** Follows what happens in the tenant and keeps the cache true, until `signal` ends it. */
export function follow(query: QueryClient, signal: AbortSignal) {
  const take = patcher(query, signal)
  if (!navigator.locks) {
    // No lock without a secure context (plain HTTP to another host): ask again now and then instead.
    poll(query, signal)
    return
  }
  const name = `crontopus-live-${chosenTenant ?? ''}`
  const channel = new BroadcastChannel(name)
  channel.onmessage = ({ data }: MessageEvent<Relayed>) => {
    if ('event' in data) take(data.event)
    else {
      // A new leader may have missed something between the old one and itself.
      if (data.state === 'live' && liveState() === 'lost') void query.invalidateQueries()
      // What leads tells of a beginning alone, and had one before this tab was there to hear of it.
      if (data.state === 'live') begun(2)
      setState(data.state)
    }
  }
  signal.addEventListener('abort', () => channel.close())
  const tell = (message: Relayed) => {
    if (signal.aborted) return
    channel.postMessage(message)
    if ('event' in message) take(message.event)
    else {
      if (message.state === 'live') begun()
      setState(message.state)
    }
  }
  // A tab that follows has heard nothing yet, and is as live as its leader until that says otherwise.
  setState('live')
  navigator.locks.request(name, { signal }, () => lead(tell, signal)).catch(() => {})
}

/** Holds the stream for as long as the tab lives, and comes back when it breaks. */
async function lead(tell: (message: Relayed) => void, signal: AbortSignal) {
  let last: string | undefined
  let failures = 0
  while (!signal.aborted) {
    try {
      const headers: Record<string, string> = { Accept: 'text/event-stream' }
      if (last) headers['Last-Event-ID'] = last
      if (chosenTenant) headers['Crontopus-Tenant'] = chosenTenant
      const response = await fetch('/api/v1/events', { headers, signal })
      if (response.status === 401) return
      if (!response.ok || !response.body) throw new Error(`the stream answered ${response.status}`)
      failures = 0
      tell({ state: 'live' })
      const read = reader((message) => {
        last = message.id ?? last
        tell({ event: JSON.parse(message.data) as Event })
      })
      for await (const text of chunks(response.body)) read(text)
    } catch {
      if (signal.aborted) return
    }
    failures += 1
    // One break is a restart or a proxy's time limit; it shows only when coming back fails.
    if (failures > 1) tell({ state: 'lost' })
    await pause(Math.min(15_000, 500 * 2 ** Math.min(failures, 5)) * (0.75 + Math.random() / 2), signal)
  }
}

async function* chunks(body: ReadableStream<Uint8Array>) {
  const text = body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader()
  for (;;) {
    const { done, value } = await text.read()
    if (done) return
    yield value
  }
}

/** Every 3 seconds at first, then every minute, and only while somebody looks. */
function poll(query: QueryClient, signal: AbortSignal) {
  setState('live')
  let turns = 0
  const look = async () => {
    while (!signal.aborted) {
      await pause(turns++ < 20 ? 3000 : 60_000, signal)
      if (document.visibilityState !== 'visible') continue
      await query.invalidateQueries({ refetchType: 'active' })
      setState(navigator.onLine ? 'live' : 'lost')
    }
  }
  document.addEventListener(
    'visibilitychange',
    () => {
      turns = 0
    },
    { signal },
  )
  void look()
}

const pause = (length: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, length)
    const early = () => {
      clearTimeout(timer)
      resolve()
    }
    signal.addEventListener('abort', early, { once: true })
    addEventListener('online', early, { once: true })
  })
