import type { Schemas } from '@app/api/client'
import { Link } from '@tanstack/react-router'
import { count, int } from '@ui/lib/time'
import { Tag } from '@ui/primitives'
import { AGENT, StatusGlyph } from '@ui/status'
import { Ago } from '@ui/Time'
import { clsx } from 'clsx'
import { memo } from 'react'

export const AGENT_COLUMNS =
  'md:grid-cols-[minmax(11rem,1.2fr)_minmax(11rem,1fr)_minmax(8rem,1fr)_4rem_6rem_6rem] md:gap-6'

/** One host of a list. */
export const AgentRow = memo(function AgentRow({ agent: a }: { agent: Schemas['AgentSummary'] }) {
  return (
    <Link
      to="/agents/$id"
      params={{ id: a.id }}
      className={clsx(
        'grid h-12 grid-cols-[minmax(0,1fr)_auto] items-center gap-4 px-4 outline-offset-[-2px] hover:bg-hover md:px-6',
        AGENT_COLUMNS,
      )}
    >
      <span className="flex min-w-0 items-center gap-3">
        <StatusGlyph of={AGENT[a.state]} size={16} />
        <span className="min-w-0">
          <span className="block truncate font-mono text-xs font-medium">{a.name}</span>
          <span className="block truncate text-xs text-fg-3 md:hidden">{a.os}</span>
        </span>
      </span>
      <span className="hidden min-w-0 md:block">
        <span className="block truncate text-xs text-fg-2">{a.os}</span>
        <span className="block truncate text-xs text-fg-3">
          {a.scheduler} · {a.timezone}
        </span>
      </span>
      <span className="hidden min-w-0 gap-1 overflow-hidden md:flex">
        {Object.entries(a.labels)
          .slice(0, 3)
          .map(([k, v]) => (
            <Tag key={k} mono>
              {k}={v}
            </Tag>
          ))}
      </span>
      <span className="num hidden text-right text-xs text-fg-2 md:block">{int(a.jobs)}</span>
      <span className="hidden text-xs md:block">
        {a.drift > 0 ? (
          <span className="num text-late">{int(a.drift)} drifted</span>
        ) : (
          <span className="text-fg-3">{a.applied_commit ? 'in sync' : 'nothing yet'}</span>
        )}
      </span>
      <span className="text-right text-xs text-fg-2 md:text-left">
        <Ago at={a.last_seen_at} />
        {a.drift > 0 && <span className="num block text-late md:hidden">{count(a.drift, 'drift')}</span>}
      </span>
    </Link>
  )
})
