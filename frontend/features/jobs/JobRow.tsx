import type { Schemas } from '@app/api/client'
import { Choosable } from '@app/features/Choosable'
import { Link } from '@tanstack/react-router'
import { RunStrip } from '@ui/charts/RunStrip'
import { duration } from '@ui/lib/time'
import { Tag } from '@ui/primitives'
import { JOB, RUN, StatusGlyph } from '@ui/status'
import { Ago } from '@ui/Time'
import { clsx } from 'clsx'
import { memo } from 'react'
import { badTone, reason, where } from './words'

/** The columns of the list, shared by its head and its rows. */
export const COLUMNS =
  'md:grid-cols-[minmax(13rem,1.35fr)_minmax(9rem,1fr)_6rem] xl:grid-cols-[minmax(14rem,1.35fr)_minmax(11rem,1fr)_178px_5rem_6rem_6rem] md:gap-6'

const QUIET = new Set<Schemas['JobStatus']>(['paused', 'pending', 'disabled'])
const NONE: Schemas['RunMark'][] = []

/** One job of a list: in a bad state the second line says why, in a good one where it runs. */
export const JobRow = memo(function JobRow({
  job: j,
  chosen,
  choosing,
  onChoose,
}: {
  job: Schemas['JobSummary']
  chosen: boolean
  /** Any job is chosen. */
  choosing: boolean
  /** It is chosen, or not any more; with `through`, and all between it and the one before. */
  onChoose: (job: Schemas['JobSummary'], through: boolean) => void
}) {
  return (
    <Choosable
      name={`${j.namespace}/${j.name}`}
      chosen={chosen}
      choosing={choosing}
      onChoose={(through) => onChoose(j, through)}
    >
      <Line job={j} chosen={chosen} />
    </Choosable>
  )
})

function Line({ job: j, chosen }: { job: Schemas['JobSummary']; chosen: boolean }) {
  const recent = j.recent
  return (
    <Link
      to="/jobs/$namespace/$name"
      params={{ namespace: j.namespace, name: j.name }}
      preload={false}
      className={clsx(
        'grid h-full grid-cols-[minmax(0,1fr)_auto] items-center gap-4 px-4 outline-offset-[-2px] md:px-6',
        chosen ? 'bg-line' : 'hover:bg-hover',
        COLUMNS,
      )}
    >
      <span className="flex min-w-0 items-center gap-3">
        <StatusGlyph of={JOB[j.status]} size={16} />
        <span className="min-w-0">
          <span className="flex items-center gap-1.5">
            <span className="truncate">
              <span className="text-fg-3">{j.namespace} / </span>
              <span className={clsx('font-medium', QUIET.has(j.status) && 'text-fg-2')}>{j.name}</span>
            </span>
            {recent?.last_run?.status === 'running' && <StatusGlyph of={RUN.running} size={12} />}
          </span>
          <span
            className={clsx(
              'block truncate text-xs first-letter:uppercase',
              badTone(j.status) ?? 'text-fg-3',
            )}
          >
            {reason(j) ?? where(j)}
          </span>
        </span>
      </span>
      <span className="hidden min-w-0 md:block">
        <span className="block truncate font-mono text-xs">
          {j.schedule}
          {j.timezone && j.timezone !== 'UTC' && (
            <span className="text-fg-3"> {j.timezone.split('/').at(-1)?.replaceAll('_', ' ')}</span>
          )}
        </span>
        <span className="block truncate text-xs text-fg-3" title={j.schedule_text}>
          {j.schedule_text}
        </span>
      </span>
      <span className="hidden xl:block">
        <RunStrip marks={recent?.runs ?? NONE} p95={recent?.p95_ms} />
      </span>
      <span className="num hidden text-right text-xs xl:block">
        {recent?.p50_ms == null ? (
          <span className="text-fg-3">–</span>
        ) : (
          <>
            {duration(recent.p50_ms)}
            <br />
            <span className="text-fg-3">{duration(recent.p95_ms)}</span>
          </>
        )}
      </span>
      <span className="hidden text-xs text-fg-2 xl:block">
        <Ago at={recent?.last_run?.at ?? j.last_run_at} />
      </span>
      <span className="text-xs text-fg-2">
        {j.status === 'paused' || j.status === 'disabled' ? (
          <Tag>{j.status}</Tag>
        ) : (
          <span className={j.status === 'late' ? 'text-late' : undefined}>
            <Ago at={j.next_run_at} none="–" />
          </span>
        )}
      </span>
    </Link>
  )
}
