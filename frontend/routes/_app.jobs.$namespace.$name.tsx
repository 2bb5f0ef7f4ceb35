import { jobQuery, jobReasonQuery } from '@app/api/queries/jobs'
import { Crumbs } from '@app/features/Crumbs'
import { PauseButton } from '@app/features/job/PauseButton'
import { badTone, reason } from '@app/features/jobs/words'
import { ApiButton } from '@app/features/shell/ApiButton'
import { ZoneSwitch } from '@app/features/shell/ZoneSwitch'
import { TabLinks } from '@app/features/TabLinks'
import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { createFileRoute, Link, Outlet } from '@tanstack/react-router'
import { useJobZone } from '@ui/lib/zone'
import { buttonClass } from '@ui/primitives'
import { PageBody, PageHead } from '@ui/Shell'
import { JOB, StatusPill } from '@ui/status'
import { Pencil } from 'lucide-react'

export const Route = createFileRoute('/_app/jobs/$namespace/$name')({
  loader: ({ context, params }) => context.query.ensureQueryData(jobQuery(params)),
  component: JobPage,
})

function JobPage() {
  const params = Route.useParams()
  const { data: job } = useSuspenseQuery(jobQuery(params))
  useJobZone(job.timezone)
  const { data: why } = useQuery({ ...jobReasonQuery(params), enabled: !!badTone(job.status) })
  const errors = job.diagnostics.filter((d) => d.severity === 'error').length
  return (
    <>
      <PageHead
        title={
          <Crumbs>
            {[
              <Link key="jobs" to="/jobs">
                Jobs
              </Link>,
              <Link key="namespace" to="/jobs" search={{ namespace: job.namespace }}>
                {job.namespace}
              </Link>,
              <span key="name" className="text-fg">
                {job.name}
              </span>,
            ]}
          </Crumbs>
        }
        actions={
          <>
            <ZoneSwitch />
            <ApiButton />
            <PauseButton job={job} />
            <Link
              to="/propose"
              search={{ job: `${job.namespace}/${job.name}` }}
              className={buttonClass('solid')}
            >
              <Pencil aria-hidden="true" />
              Edit
            </Link>
          </>
        }
      />
      <PageBody>
        <div className="px-4 pt-4 md:px-6">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h1 className="text-xl font-semibold tracking-tight" tabIndex={-1}>
              {job.name}
            </h1>
            <StatusPill of={JOB[job.status]} />
            <span
              className={`inline-block text-sm first-letter:uppercase ${badTone(job.status) ?? 'text-fg-3'}`}
            >
              {(badTone(job.status) && why) || (reason(job) ?? job.description)}
            </span>
          </div>
          <TabLinks
            label="Parts of the job"
            tabs={[
              { text: 'Overview', exact: true, link: { to: '/jobs/$namespace/$name', params } },
              { text: 'Runs', link: { to: '/jobs/$namespace/$name/runs', params } },
              { text: 'Manifest', badge: errors, link: { to: '/jobs/$namespace/$name/manifest', params } },
              { text: 'History', link: { to: '/jobs/$namespace/$name/history', params } },
              { text: 'Incidents', link: { to: '/jobs/$namespace/$name/incidents', params } },
              { text: 'Integrate', link: { to: '/jobs/$namespace/$name/integrate', params } },
            ]}
          />
        </div>
        <Outlet />
      </PageBody>
    </>
  )
}
