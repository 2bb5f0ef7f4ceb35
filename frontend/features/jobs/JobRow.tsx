import type { Schemas } from '@app/api/client'
import { Link } from '@tanstack/react-router'
import { Tag } from '@ui/primitives'
import { JOB, StatusGlyph } from '@ui/status'
import { Ago } from '@ui/Time'
import { clsx } from 'clsx'
import { memo } from 'react'
import { badTone, reason, where } from './words'

/** The columns of the list, shared by its head and its rows. */
export const COLUMNS =
  'md:grid-cols-[minmax(14rem,1.35fr)_minmax(11rem,1fr)_minmax(8rem,0.7fr)_6rem_6rem] md:gap-6'

const QUIET = new Set<Schemas['JobStatus']>(['paused', 'pending', 'disabled'])

/** One job of a list: in a bad state the second line says why, in a good one where it runs. */
export const JobRow = memo(function JobRow({ job: j }: { job: Schemas['JobSummary'] }) {
  return (
    <Link
      to="/jobs/$namespace/$name"
      params={{ namespace: j.namespace, name: j.name }}
      preload={false}
      className={clsx(
        'grid h-full grid-cols-[minmax(0,1fr)_auto] items-center gap-4 px-4 outline-offset-[-2px] hover:bg-hover md:px-6',
        COLUMNS,
      )}
    >
      <span className="flex min-w-0 items-center gap-3">
        <StatusGlyph of={JOB[j.status]} size={16} />
        <span className="min-w-0">
          <span className="block truncate">
            <span className="text-fg-3">{j.namespace} / </span>
            <span className={clsx('font-medium', QUIET.has(j.status) && 'text-fg-2')}>{j.name}</span>
          </span>
          <span className={clsx('block truncate text-xs', badTone(j.status) ?? 'text-fg-3')}>
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
        <span className="block truncate text-xs text-fg-3">{j.description}</span>
      </span>
      <span className="hidden min-w-0 truncate md:block">
        {Object.entries(j.labels)
          .slice(0, 2)
          .map(([key, value]) => (
            <span key={key} className="mr-1">
              <Tag mono>
                {key}={value}
              </Tag>
            </span>
          ))}
      </span>
      <span className="hidden text-xs text-fg-2 md:block">
        <Ago at={j.last_run_at} />
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
})
