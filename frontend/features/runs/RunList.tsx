import type { Schemas } from '@app/api/client'
import { fresh, useFresh } from '@app/api/fresh'
import { rowsOf } from '@app/api/queries/list'
import { type RunFilter, runsQuery } from '@app/api/queries/monitoring'
import { useNarrow } from '@app/features/useNarrow'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Navigate } from '@tanstack/react-router'
import { NoMatch } from '@ui/Empty'
import { useKeys } from '@ui/lib/keys'
import { int } from '@ui/lib/time'
import { type ListHandle, VirtualList } from '@ui/VirtualList'
import { clsx } from 'clsx'
import { ArrowUp } from 'lucide-react'
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import { RUN_COLUMNS, RunRow } from './RunRow'

const RunPanel = lazy(() => import('./RunPanel'))
const ChosenRuns = lazy(() => import('./ChosenRuns'))

/** Runs, newest first. New ones wait behind a button: nothing moves under a reader. */
export function RunList({
  filter,
  bare,
  none,
  shown,
  onShow,
  onWalk,
  onCompare,
}: {
  filter: RunFilter
  bare?: boolean
  none: React.ReactNode
  /** The run beside the list, as the address has it. */
  shown?: string
  /** Another run is to be shown, or none any more. The same function each time: rows are memoised. */
  onShow: (id?: string) => void
  /** The run after or before it is to be shown in its place. */
  onWalk: (id: string) => void
  /** Two runs were chosen to be compared, the earlier one first. Without, none can be chosen. */
  onCompare?: (a: string, b: string) => void
}) {
  const query = useQueryClient()
  const { data, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery(runsQuery(filter))
  const runs = rowsOf(data)
  const list = useRef<ListHandle>(null)
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
  const at = shown ? runs.findIndex((r) => r.id === shown) : -1
  const walk = (by: number) => {
    const next = runs[at + by]
    if (!next) return
    list.current?.toRow(at + by)
    onWalk(next.id)
  }
  const close = () => {
    onShow(undefined)
    if (shown) list.current?.focus(shown)
  }
  const [chosen, setChosen] = useState<Schemas['Run'][]>([])
  const choose = useCallback(
    (run: Schemas['Run']) =>
      setChosen((old) =>
        old.some((r) => r.id === run.id) ? old.filter((r) => r.id !== run.id) : [...old.slice(-1), run],
      ),
    [],
  )
  useKeys({
    // The row that has the focus has one box.
    ...(onCompare && {
      x: () => document.activeElement?.closest('li')?.querySelector<HTMLInputElement>('input')?.click(),
    }),
    ...(chosen.length > 0 && { Escape: () => setChosen([]) }),
  })
  const empty = runs.length === 0
  useEffect(() => {
    // Nothing is being read yet, so what comes is shown at once.
    if (empty && waiting > 0) {
      fresh.clear()
      void query.invalidateQueries({ queryKey: ['runs'] })
    }
  }, [empty, waiting, query])
  // A phone has no room for two things side by side.
  if (shown && narrow) return <Navigate to="/runs/$id" params={{ id: shown }} replace />
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
            return (
              run && (
                <RunRow
                  run={run}
                  bare={bare}
                  shown={run.id === shown}
                  chosen={chosen.some((r) => r.id === run.id)}
                  choosing={chosen.length > 0}
                  onChoose={onCompare && choose}
                  onShow={narrow ? undefined : onShow}
                />
              )
            )
          }}
          onEnd={more}
        />
      )}
      {chosen.length > 0 && onCompare && (
        <Suspense fallback={null}>
          <ChosenRuns chosen={chosen} onCompare={onCompare} onClear={() => setChosen([])} />
        </Suspense>
      )}
      {shown && (
        <Suspense fallback={null}>
          <RunPanel
            id={shown}
            known={runs[at]}
            onWalk={walk}
            isFirst={at <= 0}
            isLast={at === runs.length - 1}
            onClose={close}
          />
        </Suspense>
      )}
    </div>
  )
}
