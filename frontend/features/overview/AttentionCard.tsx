import type { Schemas } from '@app/api/client'
import { Link } from '@tanstack/react-router'
import { RunStrip } from '@ui/charts/RunStrip'
import { Card } from '@ui/primitives'
import { JOB, StatusGlyph } from '@ui/status'
import { Since } from '@ui/Time'

/** Jobs that need somebody: why, who has taken it, how they did lately, and for how long. */
export function AttentionCard({ data }: { data: Schemas['Overview'] }) {
  return (
    <Card
      title="Needs attention"
      flush
      aside={
        <Link to="/incidents" className="hover:text-fg">
          All incidents
        </Link>
      }
    >
      {data.attention.length === 0 ? (
        <div className="flex items-center gap-3 border-t px-4 py-5">
          <StatusGlyph of={JOB.ok} size={18} quiet />
          <p className="text-fg-2">Nothing. Every job that should have run did.</p>
        </div>
      ) : (
        <ul>
          {data.attention.map((a) => (
            <li key={a.monitor_id} className="border-t">
              <Link
                to="/jobs/$namespace/$name"
                params={{ namespace: a.namespace, name: a.name }}
                className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 px-4 py-2 outline-offset-[-2px] hover:bg-hover lg:grid-cols-[auto_minmax(0,1fr)_minmax(0,11rem)_178px_4rem]"
              >
                <StatusGlyph of={JOB[a.status]} size={16} />
                <span className="min-w-0">
                  <span className="block truncate">
                    <span className="text-fg-3">{a.namespace} / </span>
                    <span className="font-medium">{a.name}</span>
                  </span>
                  <span className="block truncate text-xs text-fg-3 first-letter:uppercase">{a.reason}</span>
                </span>
                <span className="hidden truncate text-xs text-fg-2 lg:block">
                  {a.acknowledged_by
                    ? `taken by ${a.acknowledged_by}`
                    : a.incident_id
                      ? 'taken by nobody'
                      : 'no incident yet'}
                </span>
                <span className="hidden lg:block">
                  <RunStrip marks={a.runs} p95={a.p95_ms} />
                </span>
                <span className="text-right text-xs text-fg-3">{a.since && <Since at={a.since} />}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
      {data.more_attention && (
        <Link
          to="/jobs"
          search={{ status: 'failing' }}
          className="block border-t px-4 py-2 text-xs text-fg-2 hover:text-fg"
        >
          All of them
        </Link>
      )}
    </Card>
  )
}
