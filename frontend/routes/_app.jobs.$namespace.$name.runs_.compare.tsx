import { runQuery, successBeforeQuery } from '@app/api/queries/monitoring'
import { Compared } from '@app/features/runs/Compared'
import { useQuery } from '@tanstack/react-query'
import { createFileRoute, Link, redirect } from '@tanstack/react-router'
import { Empty } from '@ui/Empty'
import { buttonClass, Card, Segmented } from '@ui/primitives'
import { lazy, Suspense } from 'react'

const OutputDiff = lazy(() => import('@app/features/runs/OutputDiff'))

type Search = { a?: string; b?: string; loose?: boolean }
const id = (v: unknown) => (typeof v === 'string' && v ? v : undefined)

/** Two runs of a job side by side. With `b` alone, it is compared with the good run before it. */
export const Route = createFileRoute('/_app/jobs/$namespace/$name/runs_/compare')({
  validateSearch: (s: Record<string, unknown>): Search => ({
    a: id(s.a),
    b: id(s.b),
    loose: s.loose === true || undefined,
  }),
  loaderDeps: ({ search: { a, b } }) => ({ a, b }),
  loader: async ({ context: { query }, params, deps: { a, b } }) => {
    if (!b) return
    const run = await query.ensureQueryData(runQuery(b))
    if (a) {
      await query.ensureQueryData(runQuery(a))
      return
    }
    const before = await query.fetchQuery(successBeforeQuery(run))
    if (before) {
      throw redirect({
        to: '/jobs/$namespace/$name/runs/compare',
        params,
        search: { a: before.id, b },
        replace: true,
      })
    }
  },
  component: Compare,
})

function Compare() {
  const { namespace, name } = Route.useParams()
  const search = Route.useSearch()
  const go = Route.useNavigate()
  const { data: a } = useQuery({ ...runQuery(search.a ?? ''), enabled: !!search.a })
  const { data: b } = useQuery({ ...runQuery(search.b ?? ''), enabled: !!search.b })
  const runs = (
    <Link to="/jobs/$namespace/$name/runs" params={{ namespace, name }} className={buttonClass('solid')}>
      Choose two runs
    </Link>
  )
  if (!search.b) {
    return (
      <Empty title="Which runs?" action={runs}>
        <p>Choose two of the list, by the box over their status or by X, to see what differs between them.</p>
      </Empty>
    )
  }
  if (!search.a) {
    return (
      <Empty title="No good run before it" action={runs}>
        <p>No earlier run on the same host succeeded, or it is no longer kept.</p>
      </Empty>
    )
  }
  if (!a || !b) return null
  if ([a, b].some((r) => r.namespace !== namespace || r.name !== name)) {
    return (
      <Empty title="Not runs of this job" action={runs}>
        <p>Runs are compared within one job.</p>
      </Empty>
    )
  }
  return (
    <div className="grid grid-cols-1 gap-4 p-4 md:px-6">
      <Compared a={a} b={b} />
      <Card
        title="Outputs"
        flush
        className="h-[32rem]"
        aside={
          <Segmented
            label="What differs"
            value={search.loose ? 'loose' : 'all'}
            onChange={(next) =>
              void go({
                search: (s) => ({ ...s, loose: next === 'loose' || undefined }),
                replace: true,
                resetScroll: false,
              })
            }
            options={[
              { value: 'all', label: 'Everything' },
              { value: 'loose', label: 'But for numbers' },
            ]}
          />
        }
      >
        <Suspense fallback={<div aria-busy="true" />}>
          <OutputDiff a={a} b={b} loose={!!search.loose} />
        </Suspense>
      </Card>
    </div>
  )
}
