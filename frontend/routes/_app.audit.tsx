import { rowsOf } from '@app/api/queries/list'
import { auditQuery } from '@app/api/queries/people'
import { atLeast } from '@app/api/roles'
import { More } from '@app/features/More'
import { Forbidden } from '@app/features/people/Forbidden'
import { ApiButton } from '@app/features/shell/ApiButton'
import { ZoneSwitch } from '@app/features/shell/ZoneSwitch'
import { useSuspenseInfiniteQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { PageBody, PageHead, PageTitle } from '@ui/Shell'
import { At } from '@ui/Time'
import { clsx } from 'clsx'

export const Route = createFileRoute('/_app/audit')({
  loader: ({ context }) =>
    atLeast(context.me.role, 'admin') ? context.query.ensureInfiniteQueryData(auditQuery) : undefined,
  component: Page,
})

function Page() {
  const { me } = Route.useRouteContext()
  return atLeast(me.role, 'admin') ? <Audit /> : <Forbidden title="Audit" needed="admin" role={me.role} />
}

const COLUMNS = 'md:grid-cols-[13rem_minmax(0,14rem)_12rem_minmax(0,1fr)_8rem] md:gap-x-6'

const words = (action: string) => action.replaceAll('_', ' ')

/** A record stays as it was written; how many it counts is put right where it is read. */
const counted = (detail: string) => detail.replace(/\b1 (use|minute)s\b/g, '1 $1')

function Audit() {
  const list = useSuspenseInfiniteQuery(auditQuery)
  return (
    <>
      <PageHead
        title={<PageTitle>Audit</PageTitle>}
        actions={
          <>
            <ZoneSwitch />
            <ApiButton />
          </>
        }
      />
      <div
        aria-hidden="true"
        className={clsx('label hidden h-8 shrink-0 items-center border-b bg-sunken px-6 md:grid', COLUMNS)}
      >
        <span>When</span>
        <span>Who</span>
        <span>Did what</span>
        <span>To what</span>
        <span>From</span>
      </div>
      <PageBody>
        <ul aria-label="Audit log">
          {rowsOf(list.data).map((e) => (
            <li
              key={e.id}
              className={clsx(
                'grid min-h-10 grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-6 border-b px-4 py-2 md:px-6',
                COLUMNS,
              )}
            >
              <span className="text-xs whitespace-nowrap text-fg-3 max-md:order-last">
                <At at={e.at} />
              </span>
              <span className="truncate">{e.actor}</span>
              <span className="truncate font-medium">{words(e.action)}</span>
              <span className="truncate text-fg-2">
                <span className="font-mono text-xs">{e.target}</span>
                {e.detail && <span className="text-fg-3"> {counted(e.detail)}</span>}
              </span>
              <span className="truncate font-mono text-2xs text-fg-3 max-md:hidden">{e.remote_addr}</span>
            </li>
          ))}
        </ul>
        <More of={list} />
      </PageBody>
    </>
  )
}
