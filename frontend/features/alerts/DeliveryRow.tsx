import type { Schemas } from '@app/api/client'
import { Link } from '@tanstack/react-router'
import { INCIDENT, type Look, RUN, StatusGlyph, TEXT } from '@ui/status'
import { Ago } from '@ui/Time'

const STATE: Record<Schemas['DeliveryState'], Look> = {
  waiting: { ...RUN.running, word: 'Waiting' },
  sent: { ...INCIDENT.resolved, word: 'Sent' },
  failed: { ...RUN.failed, word: 'Given up' },
}

const OCCASION: Record<Schemas['Occasion'], string> = {
  opened: 'it opened',
  late: 'it starts late',
  repeated: 'still open',
  escalated: 'nobody took it',
  acknowledged: 'somebody took it',
  resolved: 'it is over',
  flapping: 'it flaps',
  test: 'somebody tested it',
  notice: 'telling itself goes wrong',
}

/** One telling: to whom, why, how it went, and what the other side answered. */
export function DeliveryRow({ delivery: d, bare }: { delivery: Schemas['Delivery']; bare?: boolean }) {
  const look = STATE[d.state]
  return (
    <li className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-0.5 border-t px-4 py-2">
      <StatusGlyph of={look} />
      <span className="min-w-0 truncate">
        <span className="font-mono text-xs font-medium">{d.to}</span>
        <span className="text-fg-3"> because {OCCASION[d.occasion]}</span>
        {!bare && d.incident_id && (
          <>
            {': '}
            <Link to="/incidents/$id" params={{ id: d.incident_id }} className="hover:underline">
              {d.title ?? 'the incident'}
            </Link>
          </>
        )}
      </span>
      <span className="text-xs whitespace-nowrap text-fg-3">
        {d.state === 'waiting' && d.due_at ? (
          <>
            {d.attempts > 0 ? 'again ' : ''}
            <Ago at={d.due_at} />
          </>
        ) : (
          <Ago at={d.done_at ?? d.created_at} />
        )}
      </span>
      {(d.answer || d.attempts > 1) && (
        <span
          className={`col-start-2 text-xs break-words sm:truncate ${d.state === 'sent' ? 'text-fg-3' : TEXT[look.tone]}`}
        >
          {d.attempts > 1 && `attempt ${d.attempts}: `}
          {d.answer}
        </span>
      )}
    </li>
  )
}
