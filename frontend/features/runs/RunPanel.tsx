import type { Schemas } from '@app/api/client'
import { sentence } from '@app/api/problem'
import { runQuery } from '@app/api/queries/monitoring'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useKeys } from '@ui/lib/keys'
import { Button, buttonClass, Card, Note } from '@ui/primitives'
import { RUN, StatusPill } from '@ui/status'
import { ChevronDown, ChevronUp, Maximize2, X } from 'lucide-react'
import { Attempts } from './Attempts'
import { Facing } from './Facing'
import { OutputPeek } from './OutputPeek'
import { RunFacts } from './RunFacts'
import { ended, RunResult } from './RunResult'
import { WhenAndWhere } from './WhenAndWhere'

/** Its name is told when another run comes, and the keyboard goes on from there. */
const takeFocus = (el: HTMLElement | null) => el?.focus({ preventScroll: true })

/** A look at one run beside the list, which stays in use: `J` and `K` walk its rows, Escape leads back to it. */
export default function RunPanel({
  id,
  known,
  isFirst,
  isLast,
  onWalk,
  onClose,
}: {
  id: string
  /** What the list knows of it already. */
  known?: Schemas['Run']
  isFirst: boolean
  isLast: boolean
  onWalk: (by: number) => void
  onClose: () => void
}) {
  const { data: run, error } = useQuery({ ...runQuery(id), placeholderData: known })
  useKeys({ j: () => onWalk(1), k: () => onWalk(-1), Escape: onClose })
  const name = run ? `${run.namespace} / ${run.name}` : 'Run'
  return (
    <section
      aria-label="The run"
      className="fixed inset-y-0 right-0 z-30 flex w-[min(620px,60vw)] flex-col border-l border-line-2 bg-surface shadow-pop md:inset-y-2 md:right-2 md:rounded-r-xl"
    >
      <header className="flex h-13 shrink-0 items-center gap-1 border-b pr-3 pl-5">
        <h2
          key={id}
          ref={takeFocus}
          tabIndex={-1}
          className="min-w-0 flex-1 truncate text-base font-semibold outline-none"
        >
          {name}
        </h2>
        <Button
          kind="ghost"
          icon={<ChevronUp />}
          aria-label="Run before"
          reason={isFirst && 'It is the first of the list'}
          onClick={() => onWalk(-1)}
        />
        <Button
          kind="ghost"
          icon={<ChevronDown />}
          aria-label="Next run"
          reason={isLast && 'It is the last of the list'}
          onClick={() => onWalk(1)}
        />
        <Link to="/runs/$id" params={{ id }} className={buttonClass('line')}>
          <Maximize2 aria-hidden="true" />
          Open
        </Link>
        <Button kind="ghost" icon={<X />} aria-label="Close" onClick={onClose} />
      </header>
      <div className="scroll-thin min-h-0 flex-1 space-y-4 overflow-y-auto p-5">
        {error && <Note tone="fail">{sentence(error)}</Note>}
        {run && (
          <>
            <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-fg-3">
              <StatusPill of={RUN[run.status]} />
              <WhenAndWhere run={run} />
              {/* What the status says already is not said again. */}
              {(run.status === 'running' || ended(run) !== RUN[run.status].word.toLowerCase()) && (
                <span className="ml-auto">
                  <RunResult run={run} />
                </span>
              )}
            </p>
            <Facing run={run} />
            <Card title="Last lines" flush>
              <div className="h-72 overflow-hidden rounded-b-lg border-t bg-term">
                <OutputPeek run={run} />
              </div>
            </Card>
            <RunFacts run={run} />
            <Attempts run={run} />
          </>
        )}
      </div>
    </section>
  )
}
