import { jobQuery } from '@app/api/queries/jobs'
import { Proposal } from '@app/features/propose/Proposal'
import { TEMPLATES } from '@app/features/propose/templates'
import { ApiButton } from '@app/features/shell/ApiButton'
import { useQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { Chip, Skeleton } from '@ui/primitives'
import { PageBody, PageHead, PageTitle } from '@ui/Shell'
import { lazy, Suspense } from 'react'

const FromCrontab = lazy(() => import('@app/features/propose/FromCrontab'))

type Search = { job?: string; from?: string }

export const Route = createFileRoute('/_app/propose')({
  validateSearch: (s: Record<string, unknown>): Search => ({
    job: typeof s.job === 'string' && /^[^/]+\/[^/]+$/.test(s.job) ? s.job : undefined,
    from: typeof s.from === 'string' ? s.from : undefined,
  }),
  component: Propose,
})

function Propose() {
  const { job, from } = Route.useSearch()
  const go = Route.useNavigate()
  const [namespace = '', name = ''] = job?.split('/') ?? []
  const { data } = useQuery({ ...jobQuery({ namespace, name }), enabled: !!job })
  const template = TEMPLATES.find((t) => t.key === from) ?? TEMPLATES[0]!
  return (
    <>
      <PageHead title={<PageTitle>{job ? `Change ${job}` : 'New job'}</PageTitle>} actions={<ApiButton />} />
      <PageBody className="flex flex-col p-4 md:p-6">
        {!job && (
          <fieldset className="mb-3 flex flex-wrap items-center gap-1">
            <legend className="sr-only">Begin with</legend>
            {TEMPLATES.map((t) => (
              <Chip
                key={t.key}
                on={from !== 'crontab' && t === template}
                onClick={() => void go({ search: { from: t.key }, replace: true })}
              >
                {t.name}
              </Chip>
            ))}
            <Chip
              on={from === 'crontab'}
              onClick={() => void go({ search: { from: 'crontab' }, replace: true })}
            >
              From a crontab
            </Chip>
          </fieldset>
        )}
        {!job && from === 'crontab' ? (
          <Suspense fallback={<Skeleton className="h-96" />}>
            <FromCrontab />
          </Suspense>
        ) : job && !data ? (
          <Skeleton className="h-96" />
        ) : (
          <Proposal
            key={job ?? template.key}
            base={data?.manifest}
            text={data?.manifest ?? template.text}
            file={data?.file ?? template.file}
          />
        )}
      </PageBody>
    </>
  )
}
