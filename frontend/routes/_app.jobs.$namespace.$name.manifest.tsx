import type { Schemas } from '@app/api/client'
import { jobQuery } from '@app/api/queries/jobs'
import { Diagnostics } from '@app/features/git/Diagnostics'
import { useSuspenseQuery } from '@tanstack/react-query'
import { createFileRoute, Link } from '@tanstack/react-router'
import { Copy } from '@ui/Copy'
import { buttonClass, Card, Sha } from '@ui/primitives'
import { Yaml } from '@ui/Yaml'
import { Pencil } from 'lucide-react'

export const Route = createFileRoute('/_app/jobs/$namespace/$name/manifest')({ component: Manifest })

function Manifest() {
  const params = Route.useParams()
  const { data: job } = useSuspenseQuery(jobQuery(params))
  return (
    <div className="grid gap-4 p-4 md:px-6">
      {job.diagnostics.length > 0 && (
        <Card title="What is wrong with the file" flush>
          <Diagnostics items={job.diagnostics} />
        </Card>
      )}
      <Card
        flush
        title={
          <span className="font-mono text-xs">
            {job.file}
            <span className="text-fg-3">:{job.line}</span>
          </span>
        }
        label="Manifest in force"
        aside={
          <>
            <span className="max-sm:hidden">
              in force at <Sha of={job.commit} />
            </span>
            <Copy text={job.manifest} label="Copy manifest" />
            <Link
              to="/propose"
              search={{ job: `${job.namespace}/${job.name}` }}
              className={buttonClass('line', { small: true })}
            >
              <Pencil aria-hidden="true" />
              Edit
            </Link>
          </>
        }
      >
        <div className="border-t bg-sunken">
          <Yaml text={job.manifest} marks={marks(job.diagnostics, job)} />
        </div>
      </Card>
    </div>
  )
}

/** Warnings stand at their line; errors belong to a newer form of the file, so they stand above alone. */
function marks(diagnostics: Schemas['Diagnostic'][], job: Schemas['Job']) {
  const own = diagnostics.filter((d) => d.severity === 'warning' && d.file === job.file)
  return Object.fromEntries(
    own.map((d) => [
      d.line - job.line + 1,
      { tone: 'late' as const, text: d.help ? `${d.message}. ${d.help}` : d.message },
    ]),
  )
}
