import type { Schemas } from '@app/api/client'
import { repositoriesQuery } from '@app/api/queries/git'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Card, Sha } from '@ui/primitives'
import { Ago } from '@ui/Time'
import { GitCommitHorizontal } from 'lucide-react'

/** The latest commits that changed jobs, and how many each way. */
export function ChangesCard({ changes }: { changes: Schemas['GitChange'][] }) {
  const { data: repositories = [] } = useQuery(repositoriesQuery)
  const latest = repositories
    .map((r) => r.synced_at)
    .filter((at) => at != null)
    .sort()
    .at(-1)
  return (
    <Card
      title="Changes from Git"
      flush
      aside={
        <Link to="/repositories" className="hover:text-fg">
          synced <Ago at={latest} />
        </Link>
      }
    >
      {changes.length === 0 ? (
        <p className="border-t px-4 py-4 text-fg-3">No commit yet.</p>
      ) : (
        <ul>
          {changes.map((c) => (
            <li
              key={c.commit}
              className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-3 border-t px-4 py-2 md:grid-cols-[auto_4rem_minmax(0,1fr)_auto_4.5rem]"
            >
              <GitCommitHorizontal aria-hidden="true" className="size-4 text-fg-3" />
              <span className="hidden md:block">
                <Sha of={c.commit} />
              </span>
              <span className="truncate" title={c.author}>
                {c.summary}
              </span>
              <span className="num font-mono text-2xs whitespace-nowrap">
                {c.added > 0 && (
                  <span className="text-ok" title={`${c.added} added`}>
                    +{c.added}{' '}
                  </span>
                )}
                {c.changed > 0 && (
                  <span className="text-late" title={`${c.changed} changed`}>
                    ~{c.changed}{' '}
                  </span>
                )}
                {c.removed > 0 && (
                  <span className="text-fail" title={`${c.removed} removed`}>
                    −{c.removed}
                  </span>
                )}
              </span>
              <span className="text-right text-xs text-fg-3 max-md:hidden">
                <Ago at={c.at} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
