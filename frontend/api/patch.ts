import type { InfiniteData, QueryClient, QueryKey } from '@tanstack/react-query'
import { api, get, type Schemas } from './client'
import { fresh } from './fresh'
import type { Event } from './live'

/** How long events gather before the cache is touched: four times a second is as often as anyone can look. */
const GATHER = 250
/** A list is read again no more often than this. */
const AGAIN = 1500
/** What sums up many things is read again no more often than this. */
const SUMS = 5000
/** More things than this in one go, and the lists are read again instead of patched. */
const MOST = 8

type Page<T> = { items: T[]; next_cursor?: string | null }

/** Takes events and keeps the cache true: one thing is read again and put in its place in every list. */
export function patcher(query: QueryClient, signal: AbortSignal) {
  let gathered: Event[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  const again = throttled(query, signal)

  const run = () => {
    timer = undefined
    const events = gathered
    gathered = []
    if (signal.aborted) return
    if (events.some((e) => e.kind === 'reset')) {
      void query.invalidateQueries()
      return
    }
    const ids = (kind: Event['kind']) => [...new Set(events.filter((e) => e.kind === kind).map((e) => e.id))]
    const jobs = new Set(events.flatMap((e) => (e.job ? [e.job] : [])))
    void runs(query, ids('run.changed'), again)
    void rows(query, jobs, again)
    for (const job of jobs) {
      again(['job', ...job.split('/')])
      again(['monitors', job])
    }
    const incidents = ids('incident.changed')
    if (incidents.length) again(['incidents'])
    for (const id of incidents) again(['incident', id])
    const agents = ids('agent.changed')
    if (agents.length) again(['agents'])
    for (const id of agents) again(['agent', id])
    if (ids('repository.changed').length) {
      for (const key of OF_GIT) again([key])
    }
    if (jobs.size > 0) again(['urgent'])
    again(['overview'], SUMS)
    again(['timeline'], SUMS)
    for (const kind of new Set(events.map((e) => e.kind as string))) {
      for (const key of OTHERS[kind] ?? []) again([key])
    }
  }

  return (event: Event) => {
    gathered.push(event)
    if (timer === undefined) timer = setTimeout(run, GATHER)
  }
}

/** What a push may change. */
const OF_GIT = [
  'repositories',
  'repository',
  'namespaces',
  'jobs',
  'urgent',
  'job',
  'schedule',
  'discovered',
  'rules',
]

/** What else an event makes stale, by its kind. */
const OTHERS: Record<string, string[]> = {
  'run.changed': ['welcome'],
  'agent.changed': ['welcome', 'enroll-tokens'],
  'repository.changed': ['welcome'],
  'monitor.changed': ['welcome'],
  'delivery.changed': ['deliveries', 'incident', 'channels'],
  'channel.changed': ['channels'],
  'discovered.changed': ['discovered', 'rejected'],
}

/** Reads queries again, each at once when it was quiet, and then no more often than every `AGAIN`. */
function throttled(query: QueryClient, signal: AbortSignal) {
  const last = new Map<string, number>()
  const waiting = new Set<string>()
  return (key: QueryKey, least = AGAIN) => {
    const name = JSON.stringify(key)
    if (waiting.has(name)) return
    const go = () => {
      waiting.delete(name)
      if (signal.aborted) return
      last.set(name, Date.now())
      void query.invalidateQueries({ queryKey: key })
    }
    const wait = (last.get(name) ?? 0) + least - Date.now()
    if (wait <= 0) return go()
    waiting.add(name)
    setTimeout(go, wait)
  }
}

const watched = (query: QueryClient, key: QueryKey) =>
  query.getQueryCache().findAll({ queryKey: key, type: 'active' }).length > 0

/** Puts changed runs into the lists they are in; a run that is in none is counted as new, and shifts nothing. */
async function runs(query: QueryClient, ids: string[], again: (key: QueryKey) => void) {
  if (ids.length === 0) return
  for (const id of ids) if (watched(query, ['run', id])) again(['run', id])
  if (!watched(query, ['runs'])) {
    void query.invalidateQueries({ queryKey: ['runs'], refetchType: 'none' })
    return
  }
  const known = new Set<string>()
  query
    .getQueriesData<InfiniteData<Page<Schemas['Run']>>>({ queryKey: ['runs'], type: 'active' })
    .forEach(([, data]) => {
      for (const page of data?.pages ?? []) for (const run of page.items) known.add(run.id)
    })
  const seen = ids.filter((id) => known.has(id))
  fresh.add(ids.filter((id) => !known.has(id)))
  if (seen.length > MOST) return again(['runs'])
  for (const id of seen) {
    const run = await get(api.GET('/api/v1/runs/{id}', { params: { path: { id } } })).catch(() => undefined)
    if (run) replace<Schemas['Run']>(query, ['runs'], (r) => (r.id === run.id ? run : r))
  }
}

/** Puts changed jobs into the lists they are in. */
async function rows(query: QueryClient, jobs: Set<string>, again: (key: QueryKey) => void) {
  if (jobs.size === 0) return
  if (!watched(query, ['jobs'])) {
    void query.invalidateQueries({ queryKey: ['jobs'], refetchType: 'none' })
    return
  }
  if (jobs.size > MOST) return again(['jobs'])
  for (const job of jobs) {
    const [namespace = '', name = ''] = job.split('/')
    const found = await get(
      api.GET('/api/v1/jobs/{namespace}/{name}', { params: { path: { namespace, name } } }),
    ).catch(() => undefined)
    if (found)
      replace<Schemas['JobSummary']>(query, ['jobs'], (j) => (j.id === found.id ? { ...j, ...found } : j))
  }
}

function replace<T>(query: QueryClient, key: QueryKey, by: (item: T) => T) {
  query.setQueriesData<InfiniteData<Page<T>>>({ queryKey: key }, (data) => {
    if (!data || !('pages' in data)) return data
    let changed = false
    const pages = data.pages.map((page) => {
      const items = page.items.map((item) => {
        const next = by(item)
        if (next !== item) changed = true
        return next
      })
      return { ...page, items }
    })
    return changed ? { ...data, pages } : data
  })
}
