import { jobsQuery } from '@app/api/queries/jobs'
import { rowsOf } from '@app/api/queries/list'
import { Overview } from '@app/features/overview/Overview'
import { createFileRoute, redirect } from '@tanstack/react-router'

export const Route = createFileRoute('/_app/')({
  loader: async ({ context }) => {
    const jobs = await context.query.ensureInfiniteQueryData(jobsQuery({}))
    // An empty tenant has nothing to look at yet, and everything to begin with.
    if (rowsOf(jobs).length === 0) throw redirect({ to: '/welcome' })
  },
  component: Overview,
})
