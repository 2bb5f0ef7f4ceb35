import type { Schemas } from '@app/api/client'
import { commitsQuery } from '@app/api/queries/git'
import { rowsOf } from '@app/api/queries/list'
import { More } from '@app/features/More'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Card, Sha } from '@ui/primitives'
import { Ago } from '@ui/Time'
import { GitCommitHorizontal } from 'lucide-react'

/** The followed branch, newest first, and how far each commit has come on the hosts. */
export function Commits({ repository: r }: { repository: Schemas['Repository'] }) {
  const list = useInfiniteQuery(commitsQuery(r.name))
  const commits = rowsOf(list.data)
  return (
    <Card title="Commits" flush aside={<span className="font-mono">{r.branch}</span>}>
      {commits.length === 0 ? (
        <p className="border-t px-4 py-6 text-fg-3">Nothing was pushed to {r.branch} yet.</p>
      ) : (
        <ul>
          {commits.map((c) => (
            <li
              key={c.id}
              className="grid min-h-10 grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 border-t px-4 py-1.5 md:grid-cols-[auto_4.5rem_minmax(0,1fr)_9rem_5rem]"
            >
              <GitCommitHorizontal aria-hidden="true" className="size-4 text-fg-3" />
              <span className="hidden md:block">
                <Sha of={c.id} />
              </span>
              <span className="min-w-0 truncate">
                {c.summary}
                <span className="text-xs text-fg-3"> {c.author.replace(/ <.*/, '')}</span>
              </span>
              <Applied commit={c} />
              <span className="text-right text-xs text-fg-3 max-md:hidden">
                <Ago at={c.authored_at} />
              </span>
            </li>
          ))}
        </ul>
      )}
      <More of={list} />
    </Card>
  )
}

/** How many of the agents that follow it have applied it. */
function Applied({ commit: c }: { commit: Schemas['Commit'] }) {
  if (!c.agents) return <span className="text-xs text-fg-3 max-md:hidden">no agent follows</span>
  const n = c.applied_agents ?? 0
  return (
    <span className="flex items-center gap-2 text-xs">
      <span aria-hidden="true" className="h-1.5 w-16 overflow-hidden rounded-full bg-line max-md:hidden">
        <span
          className={n === c.agents ? 'block h-full bg-ok-fill' : 'block h-full bg-run-fill'}
          style={{ width: `${(100 * n) / c.agents}%` }}
        />
      </span>
      <span className={n === c.agents ? 'num text-fg-3' : 'num text-run'}>
        {n}/{c.agents}
        <span className="sr-only"> hosts have applied it</span>
      </span>
    </span>
  )
}
