import { useReason } from '@app/api/access'
import { useAction } from '@app/api/action'
import { api, done, type Schemas } from '@app/api/client'
import { rowsOf } from '@app/api/queries/list'
import { tokensQuery } from '@app/api/queries/people'
import { atLeast } from '@app/api/roles'
import { More } from '@app/features/More'
import { Forbidden } from '@app/features/people/Forbidden'
import { NewToken } from '@app/features/people/NewToken'
import { ApiButton } from '@app/features/shell/ApiButton'
import { useSuspenseInfiniteQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { Confirm } from '@ui/Dialog'
import { Empty } from '@ui/Empty'
import { Button, Tag } from '@ui/primitives'
import { PageBody, PageHead, PageTitle } from '@ui/Shell'
import { Ago } from '@ui/Time'
import { clsx } from 'clsx'
import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'

export const Route = createFileRoute('/_app/tokens')({
  loader: ({ context }) =>
    atLeast(context.me.role, 'admin') ? context.query.ensureInfiniteQueryData(tokensQuery) : undefined,
  component: Page,
})

function Page() {
  const { me } = Route.useRouteContext()
  return atLeast(me.role, 'admin') ? (
    <Tokens />
  ) : (
    <Forbidden title="API tokens" needed="admin" role={me.role} />
  )
}

const COLUMNS = 'gap-x-6 md:grid-cols-[minmax(10rem,1fr)_minmax(0,1.4fr)_8rem_8rem_2rem]'

function Tokens() {
  const list = useSuspenseInfiniteQuery(tokensQuery)
  const tokens = rowsOf(list.data)
  const [making, setMaking] = useState(false)
  const why = useReason('admin')
  const button = (
    <Button kind="solid" icon={<Plus />} reason={why} onClick={() => setMaking(true)}>
      New token
    </Button>
  )
  return (
    <>
      <PageHead
        title={<PageTitle>API tokens</PageTitle>}
        actions={
          <>
            <ApiButton />
            {button}
          </>
        }
      />
      <PageBody>
        {tokens.length === 0 ? (
          <Empty title="No token yet" action={button}>
            <p>
              A token lets a program do what you allow it: the command line, a pipeline, Prometheus, or{' '}
              <code className="font-mono">git</code> as a password. It never may do more than you.
            </p>
          </Empty>
        ) : (
          <>
            <div
              aria-hidden="true"
              className={clsx('label hidden h-8 items-center border-b bg-sunken px-6 md:grid', COLUMNS)}
            >
              <span>Name</span>
              <span>May</span>
              <span>Last used</span>
              <span>Ends</span>
              <span className="w-8" />
            </div>
            <ul aria-label="API tokens">
              {tokens.map((t) => (
                <Row key={t.id} token={t} />
              ))}
            </ul>
          </>
        )}
        <More of={list} />
      </PageBody>
      {making && <NewToken onClose={() => setMaking(false)} />}
    </>
  )
}

function Row({ token: t }: { token: Schemas['Token'] }) {
  const [asking, setAsking] = useState(false)
  const why = useReason('admin')
  const end = useAction(() => done(api.DELETE('/api/v1/tokens/{id}', { params: { path: { id: t.id } } })), {
    done: `${t.name} no longer works`,
    stale: [['tokens']],
  })
  return (
    <li
      className={clsx(
        'grid min-h-14 grid-cols-[minmax(0,1fr)_auto] items-center gap-y-1 border-b px-4 py-2 md:px-6',
        COLUMNS,
      )}
    >
      <span className="min-w-0">
        <span className="block truncate font-medium">{t.name}</span>
        <span className="block truncate text-xs text-fg-3">
          <span className="font-mono">{t.hint}…</span> by {t.created_by}
        </span>
      </span>
      <span className="flex flex-wrap gap-1 max-md:hidden">
        {t.scopes.map((s) => (
          <Tag key={s} mono>
            {s}
          </Tag>
        ))}
      </span>
      <span className="text-xs text-fg-2 max-md:hidden">
        <Ago at={t.last_used_at} none="never" />
      </span>
      <span className="text-xs text-fg-2 max-md:hidden">
        <Ago at={t.expires_at} none="never" />
      </span>
      <Button
        kind="ghost"
        icon={<Trash2 />}
        aria-label={`Revoke ${t.name}`}
        reason={why}
        onClick={() => setAsking(true)}
      />
      {asking && (
        <Confirm
          title={`Revoke ${t.name}?`}
          action="Revoke"
          pending={end.isPending}
          onClose={() => setAsking(false)}
          onConfirm={() => end.mutate()}
        >
          <p>Whatever uses it is refused from the next request on. There is no way back; make a new one.</p>
        </Confirm>
      )}
    </li>
  )
}
