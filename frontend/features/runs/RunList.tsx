import { fresh, useFresh } from '@app/api/fresh'
import { rowsOf } from '@app/api/queries/list'
import { type RunFilter, runsQuery } from '@app/api/queries/monitoring'
import { useNarrow } from '@app/features/useNarrow'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { NoMatch } from '@ui/Empty'
import { int } from '@ui/lib/time'
import { VirtualList } from '@ui/VirtualList'
import { clsx } from 'clsx'
import { ArrowUp } from 'lucide-react'
import { useCallback, useEffect, useRef } from 'react'
import { RUN_COLUMNS, RunRow } from './RunRow'

/** Runs, newest first. New ones wait behind a button: nothing moves under a reader. */
export function RunList({
  filter,
  bare,
  none,
}: {
  filter: RunFilter
  bare?: boolean
  none: React.ReactNode
}) {
  const query = useQueryClient()
  const { data, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(runsQuery(filter))
  const runs = rowsOf(data)
  const list = useRef<{ toTop: () => void }>(null)
  const waiting = useFresh()
  const narrow = useNarrow()
  useEffect(() => fresh.clear(), [])
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  const show = async () => {
    fresh.clear()
    await query.invalidateQueries({ queryKey: ['runs'] })
    list.current?.toTop()
  }
  const empty = runs.length === 0
  useEffect(() => {
    // Nothing is being read yet, so what comes is shown at once.
    if (empty && waiting > 0) {
      fresh.clear()
      void query.invalidateQueries({ queryKey: ['runs'] })
    }
  }, [empty, waiting, query])
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <div
        aria-hidden="true"
        className={clsx(
          'label hidden h-8 shrink-0 items-center border-b bg-sunken px-6 md:grid',
          RUN_COLUMNS,
        )}
      >
        <span>{bare ? 'How' : 'Job'}</span>
        <span>Where</span>
        <span>Worth knowing</span>
        <span>Took</span>
        <span>Began</span>
      </div>
      {waiting > 0 && !empty && (
        <div role="status" className="pointer-events-none absolute inset-x-0 top-10 z-10 flex justify-center">
          <button
            type="button"
            onClick={() => void show()}
            className="num pointer-events-auto flex h-7 items-center gap-1.5 rounded-full bg-accent px-3 text-xs font-medium text-surface shadow-pop"
          >
            <ArrowUp aria-hidden="true" className="size-3.5" />
            {int(waiting)} new
          </button>
        </div>
      )}
      {empty ? (
        <NoMatch>{none}</NoMatch>
      ) : (
        <VirtualList
          ref={list}
          label="Runs"
          count={runs.length}
          height={narrow ? 56 : 40}
          row={(i) => {
            const run = runs[i]
            return run && <RunRow run={run} bare={bare} />
          }}
          onEnd={more}
        />
      )}
    </div>
  )
}
