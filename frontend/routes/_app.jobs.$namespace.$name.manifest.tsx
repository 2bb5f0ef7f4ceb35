import type { Schemas } from '@app/api/client'
import { sentence } from '@app/api/problem'
import { jobAtQuery, jobQuery } from '@app/api/queries/jobs'
import { Diagnostics } from '@app/features/git/Diagnostics'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { createFileRoute, Link } from '@tanstack/react-router'
import { Copy } from '@ui/Copy'
import { buttonClass, Card, Chip, Note, Sha } from '@ui/primitives'
import { Yaml } from '@ui/Yaml'
import { Pencil, UserPen } from 'lucide-react'
import { lazy, Suspense } from 'react'

const Blame = lazy(() => import('@app/features/job/Blame'))

export const Route = createFileRoute('/_app/jobs/$namespace/$name/manifest')({
  validateSearch: (s: Record<string, unknown>): { ref?: string; blame?: boolean } => ({
    blame: s.blame === true || undefined,
    ref: typeof s.ref === 'string' && /^[0-9a-f]{7,64}$/.test(s.ref) ? s.ref : undefined,
  }),
  component: Manifest,
})

function Manifest() {
  const params = Route.useParams()
  const { ref } = Route.useSearch()
  const { data: present } = useSuspenseQuery(jobQuery(params))
  const { data: past, error } = useQuery({ ...jobAtQuery(params, ref ?? ''), enabled: !!ref })
  const job = ref ? past : present
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4 p-4 md:px-6">
      {!ref && present.diagnostics.length > 0 && (
        <Card title="What is wrong with the file" flush>
          <Diagnostics items={present.diagnostics} />
        </Card>
      )}
      {ref && (
        <Note tone={error ? 'fail' : 'run'}>
          {error ? sentence(error) : <>This is how it stood at {ref.slice(0, 7)}. </>}{' '}
          <Link to="/jobs/$namespace/$name/manifest" params={params} className="font-medium underline">
            See what is in force
          </Link>
        </Note>
      )}
      {job && <Source job={job} past={!!ref} />}
    </div>
  )
}

function Source({ job, past }: { job: Schemas['Job']; past: boolean }) {
  const { ref, blame } = Route.useSearch()
  const go = Route.useNavigate()
  const path = { namespace: job.namespace, name: job.name }
  return (
    <Card
      flush
      title={
        <span className="font-mono text-xs">
          {job.file}
          <span className="text-fg-3">:{job.line}</span>
        </span>
      }
      label="Manifest"
      aside={
        <>
          <span className="max-sm:hidden">
            {past ? 'at ' : 'in force at '}
            <Sha of={job.commit} />
          </span>
          <Copy text={job.manifest} label="Copy manifest" />
          <Chip
            on={!!blame}
            onClick={() => void go({ search: { ref, blame: blame ? undefined : true }, replace: true })}
          >
            <UserPen aria-hidden="true" className="size-3.5" />
            Who wrote it
          </Chip>
          {!past && (
            <Link
              to="/propose"
              search={{ job: `${job.namespace}/${job.name}` }}
              className={buttonClass('line', { small: true })}
            >
              <Pencil aria-hidden="true" />
              Edit
            </Link>
          )}
        </>
      }
    >
      <div className="border-t bg-sunken">
        {blame ? (
          <Suspense fallback={null}>
            <Blame path={path} at={ref} />
          </Suspense>
        ) : (
          <Yaml text={job.manifest} label={`Manifest of ${job.name}`} marks={past ? {} : marks(job)} />
        )}
      </div>
    </Card>
  )
}

/** Warnings stand at their line; errors belong to a newer form of the file, so they stand above alone. */
function marks(job: Schemas['Job']) {
  const own = job.diagnostics.filter((d) => d.severity === 'warning' && d.file === job.file)
  return Object.fromEntries(
    own.map((d) => [
      d.line - job.line + 1,
      { tone: 'late' as const, text: d.help ? `${d.message}. ${d.help}` : d.message },
    ]),
  )
}
