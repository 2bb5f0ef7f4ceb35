import { forget } from '@app/api/calls'
import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, Outlet, useRouterState } from '@tanstack/react-router'
import { Toasts } from '@ui/toast'
import { useEffect, useRef } from 'react'

export const Route = createRootRouteWithContext<{ query: QueryClient }>()({
  beforeLoad: ({ cause }) => {
    if (cause === 'enter') forget()
  },
  component: Root,
})

function Root() {
  const path = useRouterState({ select: (s) => s.resolvedLocation?.pathname })
  const first = useRef(true)
  useEffect(() => {
    const heading = document.querySelector<HTMLElement>('h1')
    const text = heading?.textContent
    document.title = text ? `${text} · Crontopus` : 'Crontopus'
    // Another page: those who listen are told, and Tab goes on from its top. Not on the first: it was asked for.
    if (first.current) first.current = path === undefined
    else if (path && document.activeElement === document.body) document.getElementById('page')?.focus()
  }, [path])
  return (
    <>
      <Outlet />
      <Toasts />
    </>
  )
}
