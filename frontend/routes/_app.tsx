import { useBeginnings } from '@app/api/live'
import { ApiError } from '@app/api/problem'
import { meQuery, tenantQuery } from '@app/api/queries/me'
import { Banner } from '@app/features/shell/Banner'
import { Foot } from '@app/features/shell/Foot'
import { Nav, Tabs } from '@app/features/shell/Nav'
import { Switcher } from '@app/features/shell/Switcher'
import { useGoKeys } from '@app/features/shell/useGoKeys'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { createFileRoute, Outlet, redirect } from '@tanstack/react-router'
import { useKeys } from '@ui/lib/keys'
import { Shell } from '@ui/Shell'
import { lazy, Suspense, useEffect, useState } from 'react'

const Palette = lazy(() => import('@app/features/palette/Palette'))
const PhoneMenu = lazy(() => import('@app/features/shell/PhoneMenu'))
const NewVersion = lazy(() => import('@app/features/shell/NewVersion'))
const KeySheet = lazy(() => import('@app/features/shell/KeySheet'))

export const Route = createFileRoute('/_app')({
  beforeLoad: async ({ context, location }) => {
    try {
      const me = await context.query.ensureQueryData(meQuery)
      return { me }
    } catch (error) {
      if (error instanceof ApiError && error.problem.status === 401) {
        throw redirect({
          to: '/sign-in',
          search: { next: location.href === '/' ? undefined : location.href },
        })
      }
      throw error
    }
  },
  component: App,
})

function App() {
  const query = useQueryClient()
  const { data: me } = useQuery(meQuery)
  const { data: tenant } = useQuery(tenantQuery)
  const beginnings = useBeginnings()
  const [open, setOpen] = useState<'palette' | 'keys' | 'menu' | null>(null)
  useEffect(() => {
    const ended = new AbortController()
    // Fetched once the page is there, which needs nothing of it.
    void import('@app/api/follow').then(({ follow }) => ended.signal.aborted || follow(query, ended.signal))
    return () => ended.abort()
  }, [query])
  useGoKeys()
  useKeys({
    'mod+k': () => setOpen((now) => (now === 'palette' ? null : 'palette')),
    '?': () => setOpen('keys'),
  })
  const name = tenant?.name ?? me?.tenant ?? ''
  return (
    <Shell
      name={name}
      onSearch={() => setOpen('palette')}
      onMenu={() => setOpen('menu')}
      switcher={<Switcher name={name} />}
      nav={<Nav />}
      tabs={<Tabs />}
      foot={<Foot onKeys={() => setOpen('keys')} />}
      banner={
        <>
          {beginnings > 1 && (
            <Suspense fallback={null}>
              <NewVersion beginnings={beginnings} />
            </Suspense>
          )}
          <Banner />
        </>
      }
    >
      <Outlet />
      <Suspense fallback={null}>
        {open === 'palette' && <Palette onClose={() => setOpen(null)} onKeys={() => setOpen('keys')} />}
        {open === 'menu' && (
          <PhoneMenu name={name} onKeys={() => setOpen('keys')} onClose={() => setOpen(null)} />
        )}
        {open === 'keys' && <KeySheet onClose={() => setOpen(null)} />}
      </Suspense>
    </Shell>
  )
}
