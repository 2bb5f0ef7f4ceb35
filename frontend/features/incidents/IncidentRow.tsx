import type { Schemas } from '@app/api/client'
import { Link } from '@tanstack/react-router'
import { Tag } from '@ui/primitives'
import { INCIDENT, StatusGlyph, TEXT } from '@ui/status'
import { Ago, Since } from '@ui/Time'
import { clsx } from 'clsx'
import { memo } from 'react'
import { briefly, KIND, shortId } from './words'

const COLUMNS =
  'grid-cols-[auto_minmax(0,1fr)_auto] gap-x-3 md:grid-cols-[auto_minmax(0,1fr)_14rem_7rem_6rem] md:px-6'

/** What stands over a list of them. */
export const IncidentHead = () => (
  <div
    aria-hidden="true"
    className={clsx('label hidden h-8 items-center border-b bg-sunken md:grid', COLUMNS)}
  >
    <span className="w-4" />
    <span>What</span>
    <span>Taken by</span>
    <span>Severity</span>
    <span>Since</span>
  </div>
)

/** One incident of a list. */
export const IncidentRow = memo(function IncidentRow({ incident: i }: { incident: Schemas['Incident'] }) {
  const over = i.state === 'resolved'
  const kind = KIND[i.kind]
  return (
    <Link
      to="/incidents/$id"
      params={{ id: i.id }}
      className={clsx(
        'grid min-h-14 items-center gap-y-0.5 px-4 py-2 outline-offset-[-2px] hover:bg-hover',
        COLUMNS,
      )}
    >
      <StatusGlyph of={over ? INCIDENT.resolved : kind} size={16} />
      <span className="min-w-0">
        <span className="block truncate">
          {i.namespace ? (
            <>
              <span className="text-fg-3">{i.namespace} / </span>
              <span className="font-medium">{i.name}</span>
            </>
          ) : (
            <span className="font-mono text-xs font-medium">{i.host}</span>
          )}
          {i.namespace && i.host && <span className="font-mono text-xs text-fg-3"> {i.host}</span>}
        </span>
        <span className={clsx('block truncate text-xs', over ? 'text-fg-3' : TEXT[kind.tone])}>
          {briefly(i)}
        </span>
      </span>
      <span className="hidden truncate text-xs text-fg-2 md:block">
        {i.acknowledged_by ?? (over ? 'nobody had to' : 'nobody yet')}
      </span>
      <span className="hidden md:block">
        <Tag>{i.severity}</Tag>
      </span>
      <span className="text-right text-xs whitespace-nowrap text-fg-3 md:text-left" title={shortId(i.id)}>
        {over ? (
          <>
            over <Ago at={i.resolved_at} />
          </>
        ) : (
          <>
            for <Since at={i.opened_at} />
          </>
        )}
      </span>
    </Link>
  )
})
