import type { Schemas } from '@app/api/client'
import { Link } from '@tanstack/react-router'
import { Tag } from '@ui/primitives'
import { INCIDENT, StatusGlyph, TEXT } from '@ui/status'
import { Ago, Since } from '@ui/Time'
import { clsx } from 'clsx'
import { memo } from 'react'
import { briefly, KIND, shortId } from './words'

/** One incident of a list. */
export const IncidentRow = memo(function IncidentRow({ incident: i }: { incident: Schemas['Incident'] }) {
  const over = i.state === 'resolved'
  const kind = KIND[i.kind]
  return (
    <Link
      to="/incidents/$id"
      params={{ id: i.id }}
      className="grid min-h-14 grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-0.5 px-4 py-2 outline-offset-[-2px] hover:bg-hover md:grid-cols-[auto_minmax(0,1fr)_12rem_6rem_5rem] md:px-6"
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
        {i.acknowledged_by && !over ? `taken by ${i.acknowledged_by}` : over ? 'over' : 'taken by nobody'}
      </span>
      <span className="hidden md:block">
        <Tag>{i.severity}</Tag>
      </span>
      <span className="text-right text-xs whitespace-nowrap text-fg-3" title={shortId(i.id)}>
        {over ? <Ago at={i.resolved_at} /> : <Since at={i.opened_at} />}
      </span>
    </Link>
  )
})
