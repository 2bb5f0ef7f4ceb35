import { makeQuery } from '@app/router'
import { mockApi } from '@app/testing/api'
import * as world from '@app/testing/world'
import { QueryObserver } from '@tanstack/react-query'
import { afterEach, expect, test, vi } from 'vitest'
import type { Schemas } from './client'
import { fresh } from './fresh'
import type { Event } from './live'
import { patcher } from './patch'
import { jobsQuery } from './queries/jobs'
import { runsQuery } from './queries/monitoring'

afterEach(() => {
  vi.unstubAllGlobals()
  fresh.clear()
})

const event = (kind: Event['kind'], id: string, job?: string): Event => ({
  seq: 1,
  kind,
  id,
  job,
  at: world.iso(0),
})

async function watching() {
  const api = mockApi()
  vi.stubGlobal('fetch', api.fetch)
  const query = makeQuery()
  const ended = new AbortController()
  const take = patcher(query, ended.signal)
  const stops: (() => void)[] = []
  const watch = async (options: ReturnType<typeof runsQuery> | ReturnType<typeof jobsQuery>) => {
    await query.fetchInfiniteQuery(options as ReturnType<typeof runsQuery>)
    stops.push(
      new QueryObserver(query, { queryKey: options.queryKey, staleTime: Number.POSITIVE_INFINITY }).subscribe(
        () => {},
      ),
    )
  }
  const done = () => {
    ended.abort()
    for (const stop of stops) stop()
    query.clear()
  }
  return { api, query, take, watch, done }
}

test('a changed run is put in its place, and nothing else is read', async () => {
  const { api, query, take, watch, done } = await watching()
  await watch(runsQuery({}))
  api.answer('get /api/v1/runs/{id}', () => world.run({ id: 'run_9', status: 'failed', exit_status: 7 }))
  const before = api.asked.length
  take(event('run.changed', 'run_9', 'finance/ledger-export'))
  await vi.waitFor(() => {
    const data = query.getQueryData(runsQuery({}).queryKey)
    expect(data?.pages[0]?.items[0]?.exit_status).toBe(7)
  })
  expect(api.asked.slice(before)).toEqual(['get /api/v1/runs/run_9'])
  done()
})

test('a run that no list has is counted and shifts nothing', async () => {
  const { query, take, watch, done } = await watching()
  await watch(runsQuery({}))
  const before = query.getQueryData(runsQuery({}).queryKey)
  const add = vi.spyOn(fresh, 'add')
  take(event('run.changed', 'run_new', 'finance/ledger-export'))
  await vi.waitFor(() => expect(add).toHaveBeenCalledWith(['run_new']))
  expect(query.getQueryData(runsQuery({}).queryKey)).toBe(before)
  done()
})

test('a job that changes is put in its row', async () => {
  const { api, query, take, watch, done } = await watching()
  await watch(jobsQuery({}))
  const changed: Schemas['JobSummary'] = { ...world.jobs[1]!, status: 'failing' }
  api.answer('get /api/v1/jobs/{namespace}/{name}', () => world.fullJob(changed))
  take(event('monitor.changed', 'mon_ping', 'billing/invoice-dunning'))
  await vi.waitFor(() => {
    const data = query.getQueryData(jobsQuery({}).queryKey)
    expect(data?.pages[0]?.items[1]?.status).toBe('failing')
  })
  done()
})

test('after a gap everything is read again', async () => {
  const { query, take, done } = await watching()
  const again = vi.spyOn(query, 'invalidateQueries')
  take(event('reset', ''))
  await vi.waitFor(() => expect(again).toHaveBeenCalledWith())
  done()
})
