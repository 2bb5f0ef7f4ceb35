import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { createRouter, type RouterHistory } from '@tanstack/react-router'
import { ApiError } from './api/problem'
import { basepath } from './api/tenant'
import { Missing, Pending, Wrong } from './features/states'
import { routeTree } from './routeTree.gen'

/** A session that is over leads to the sign-in, and from there back to where one was. */
function whenOver(error: Error) {
  if (!(error instanceof ApiError) || error.code !== 'unauthenticated') return
  const here = location.pathname.slice(basepath === '/' ? 0 : basepath.length) + location.search
  location.assign(`/sign-in?next=${encodeURIComponent(here)}`)
}

export const makeQuery = () =>
  new QueryClient({
    // Who one is, is asked to find out: the guard of the pages deals with that answer.
    queryCache: new QueryCache({ onError: (error, query) => query.queryKey[0] !== 'me' && whenOver(error) }),
    mutationCache: new MutationCache({ onError: whenOver }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        // A refusal stays one; only what did not get through is tried again.
        retry: (times, error) => times < 2 && !(error instanceof ApiError && error.problem.status < 500),
      },
    },
  })

export const makeRouter = (query: QueryClient, history?: RouterHistory) =>
  createRouter({
    routeTree,
    history,
    basepath,
    context: { query },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 200,
    defaultPendingMinMs: 300,
    defaultPendingComponent: Pending,
    defaultErrorComponent: Wrong,
    defaultNotFoundComponent: Missing,
    scrollRestoration: true,
  })
