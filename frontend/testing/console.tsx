import { makeQuery, makeRouter } from '@app/router'
import { QueryClientProvider } from '@tanstack/react-query'
import { createMemoryHistory, RouterProvider } from '@tanstack/react-router'
import { render } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { onTestFinished, vi } from 'vitest'
import { mockApi } from './api'
import type { MockApi } from './mock'

/** The whole console at an address, over a mock API that the test may change first. */
export async function open(path: string, prepare: (api: MockApi) => void = () => {}) {
  const api = mockApi()
  prepare(api)
  vi.stubGlobal('fetch', api.fetch)
  const query = makeQuery()
  query.setDefaultOptions({ queries: { ...query.getDefaultOptions().queries, retry: false } })
  const router = makeRouter(query, createMemoryHistory({ initialEntries: [path] }))
  const view = render(
    <QueryClientProvider client={query}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  )
  onTestFinished(() => {
    view.unmount()
    query.clear()
    vi.unstubAllGlobals()
  })
  return { api, query, router, user: userEvent.setup(), ...view }
}
