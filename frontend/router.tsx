import { QueryClient } from '@tanstack/react-query'
import { createRouter, type RouterHistory } from '@tanstack/react-router'
import { ApiError } from './api/problem'
import { basepath } from './api/tenant'
import { Missing, Pending, Wrong } from './features/states'
import { routeTree } from './routeTree.gen'

export const makeQuery = () =>
  new QueryClient({
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
