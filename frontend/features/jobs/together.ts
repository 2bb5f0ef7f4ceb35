import { api, get, type Schemas } from '@app/api/client'

type Monitor = Schemas['Monitor']

/** So many requests at once: a browser holds six connections to a host over HTTP/1.1, and one is the stream's. */
const AT_ONCE = 4

/** Does something for each of many, a few at once, and gives what came of it in their order. */
export async function each<In, Out>(items: In[], work: (item: In) => Promise<Out>): Promise<Out[]> {
  const out: Out[] = []
  let next = 0
  const hand = async () => {
    while (next < items.length) {
      const at = next++
      const item = items[at]
      if (item !== undefined) out[at] = await work(item)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, hand))
  return out
}

/** What watches these jobs, wherever they run. */
export async function monitorsOf(jobs: Pick<Schemas['JobSummary'], 'namespace' | 'name'>[]) {
  const found = await each(jobs, (j) =>
    get(api.GET('/api/v1/monitors', { params: { query: { job: `${j.namespace}/${j.name}`, limit: 200 } } })),
  )
  return found.flatMap((page) => page.items)
}

/** Stops judging, or goes on; those that are so already are left alone. Gives those that were changed. */
export const setPaused = (monitors: Monitor[], pause: boolean) =>
  each(
    monitors.filter((m) => m.paused_by_operator !== pause),
    ({ id }) => {
      const params = { path: { id } }
      return pause
        ? get(api.POST('/api/v1/monitors/{id}/pause', { params }))
        : get(api.POST('/api/v1/monitors/{id}/resume', { params }))
    },
  )

/** What shows whether a job is paused, to be read again. */
export const PAUSE_STALE = [['job'], ['jobs'], ['urgent'], ['monitors'], ['overview']]
