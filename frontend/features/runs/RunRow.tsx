import type { Schemas } from '@app/api/client'
import { Choosable } from '@app/features/Choosable'
import { Link } from '@tanstack/react-router'
import { duration, ms, span } from '@ui/lib/time'
import { RUN, StatusGlyph, TEXT } from '@ui/status'
import { Ago } from '@ui/Time'
import { clsx } from 'clsx'
import { memo } from 'react'
import { ended, RunResult } from './RunResult'

export const RUN_COLUMNS =
  'md:grid-cols-[minmax(14rem,1.4fr)_minmax(8rem,0.8fr)_minmax(9rem,1fr)_7rem_6rem] md:gap-6'

/** How long after its moment it began; nothing under a second, nobody waited. */
export function lag(run: Schemas['Run']): string | undefined {
  if (!run.expected_at || !run.started_at) return undefined
  const late = ms(run.started_at) - ms(run.expected_at)
  return late >= 1000 ? `began ${span(late)} late` : undefined
}

/** What is to be said of a run besides how long it took. */
function worth(run: Schemas['Run'], bare?: boolean): string {
  // Its status stands before it where the job does not.
  const isSaid = bare && run.status !== 'failed'
  const how = run.status === 'succeeded' || run.status === 'running' || isSaid ? undefined : ended(run)
  const attempts = run.attempts?.length ?? 0
  return [how, run.reason, lag(run), attempts > 1 && `${attempts} attempts`].filter(Boolean).join(' · ')
}

/** One run of a list. */
export const RunRow = memo(function RunRow({
  chosen,
  choosing,
  onChoose,
  ...line
}: LineProps & {
  /** Where runs are chosen to be compared: this is one of them. */
  chosen: boolean
  /** Any run is chosen. */
  choosing: boolean
  onChoose?: (run: Schemas['Run']) => void
}) {
  if (!onChoose) return <Line {...line} />
  const { run } = line
  const when = run.started_at ?? run.expected_at ?? run.created_at
  return (
    <Choosable name={`the run of ${when}`} chosen={chosen} choosing={choosing} onChoose={() => onChoose(run)}>
      <Line {...line} />
    </Choosable>
  )
})

type LineProps = {
  run: Schemas['Run']
  bare?: boolean
  /** It is the one in the panel beside the list. */
  shown: boolean
  /** Shows it beside the list; without, and with any other click, its page is opened. */
  onShow?: (id: string) => void
}

function Line({ run: r, bare, shown, onShow }: LineProps) {
  const tone = RUN[r.status].tone
  return (
    <Link
      to="/runs/$id"
      params={{ id: r.id }}
      preload={false}
      data-row={r.id}
      aria-current={shown || undefined}
      onClick={(e) => {
        if (!onShow || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return
        e.preventDefault()
        onShow(r.id)
      }}
      className={clsx(
        'grid h-full grid-cols-[minmax(0,1fr)_auto] items-center gap-4 px-4 outline-offset-[-2px] md:px-6',
        shown ? 'bg-line' : 'hover:bg-hover',
        RUN_COLUMNS,
      )}
    >
      <span className="flex min-w-0 items-center gap-3">
        <StatusGlyph of={RUN[r.status]} size={16} />
        <span className="min-w-0">
          <span className="block truncate">
            {bare ? (
              <span className="font-medium">{RUN[r.status].word}</span>
            ) : (
              <>
                <span className="text-fg-3">{r.namespace} / </span>
                <span className="font-medium">{r.name}</span>
              </>
            )}
          </span>
          <span className="block truncate text-xs text-fg-3 md:hidden">{r.host}</span>
        </span>
      </span>
      <span className="hidden truncate font-mono text-xs text-fg-2 md:block">{r.host ?? '–'}</span>
      <span className={clsx('hidden truncate text-xs md:block', tone === 'ok' ? 'text-fg-3' : TEXT[tone])}>
        {worth(r, bare)}
      </span>
      <span className="text-right md:hidden">
        <RunResult run={r} />
        <span className="block text-xs text-fg-3">
          <Ago at={r.started_at ?? r.expected_at ?? r.created_at} />
        </span>
      </span>
      <span className="num hidden text-xs text-fg-2 md:block">
        {r.status === 'running' ? <RunResult run={r} /> : duration(r.duration_ms)}
      </span>
      <span className="hidden text-xs text-fg-2 md:block">
        <Ago at={r.started_at ?? r.expected_at ?? r.created_at} />
      </span>
    </Link>
  )
}
