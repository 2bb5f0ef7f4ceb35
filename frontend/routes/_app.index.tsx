import { overviewQuery } from '@app/api/queries/time'
import { Overview } from '@app/features/overview/Overview'
import { createFileRoute, redirect } from '@tanstack/react-router'

export const Route = createFileRoute('/_app/')({
  loader: async ({ context }) => {
    const overview = await context.query.ensureQueryData(overviewQuery)
    // An empty tenant has nothing to look at yet, and everything to begin with.
    if (overview.counts.all === 0) throw redirect({ to: '/welcome' })
  },
  component: Overview,
})
