import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { meQuery } from './api/queries/me'
import { applyTheme } from './features/theme'
import { makeQuery, makeRouter } from './router'
import './app.css'

const query = makeQuery()
const router = makeRouter(query)

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

// A chunk that is gone belongs to a version that is gone: read the page again, once.
addEventListener('vite:preloadError', (e) => {
  if (sessionStorage.getItem('crontopus_reloaded')) return
  sessionStorage.setItem('crontopus_reloaded', '1')
  e.preventDefault()
  location.reload()
})

// The parts of the page that was asked for are fetched while the session is looked up, and not after it.
for (const route of router.getMatchedRoutes(router.latestLocation.pathname)[0]) {
  void router.loadRouteChunk(route)
  if (route.id === '/_app') void query.prefetchQuery(meQuery)
}

applyTheme()
const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={query}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  )
}
