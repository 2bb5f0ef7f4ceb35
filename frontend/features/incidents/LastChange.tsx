import { type JobPath, jobHistoryQuery } from '@app/api/queries/jobs'
import { rowsOf } from '@app/api/queries/list'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ms, span } from '@ui/lib/time'
import { Card, Sha } from '@ui/primitives'
import { GitCommitHorizontal } from 'lucide-react'

/** The last commit that touched the job before its incident opened: the first thing to suspect. */
export function LastChange({ path, opened }: { path: JobPath; opened: string }) {
  const { data } = useInfiniteQuery(jobHistoryQuery(path))
  const change = rowsOf(data).find((r) => ms(r.authored_at) <= ms(opened))
  if (!change) return null
  return (
    <Card title="Last change before it">
      <Link
        to="/jobs/$namespace/$name/history"
        params={path}
        search={{ commit: change.commit }}
        className="group flex items-start gap-2 text-sm"
      >
        <GitCommitHorizontal aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-fg-3" />
        <span className="min-w-0">
          <span className="block break-words group-hover:underline">{change.summary}</span>
          <span className="mt-0.5 block text-xs text-fg-3">
            <Sha of={change.commit} /> {change.author.replace(/ <.*/, '')} ·{' '}
            {span(ms(opened) - ms(change.authored_at))} before
          </span>
        </span>
      </Link>
    </Card>
  )
}
