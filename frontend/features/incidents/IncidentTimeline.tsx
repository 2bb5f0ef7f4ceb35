import type { Schemas } from '@app/api/client'
import { Link } from '@tanstack/react-router'
import { day, hhmmss, ms } from '@ui/lib/time'
import { useZone } from '@ui/lib/zone'
import { Card } from '@ui/primitives'
import { BellOff, BellRing, Check, CircleAlert, Hand, MessageSquare, Siren } from 'lucide-react'
import { NoteForm } from './NoteForm'

const WORDS: Record<string, string> = {
  opened: 'Opened',
  bad_run: 'Another bad run',
  acknowledged: 'Taken',
  resolved: 'Resolved',
  snoozed: 'Snoozed',
  escalated: 'Escalated',
  notified: 'Told',
  silent: 'Nobody was told',
  reopened: 'Opened again',
  recovered: 'A good run',
  note: 'Note',
}

/** What is said of an event besides what it is; the server's note begins with what stands above it already. */
const said = (note: string) => note.replace(/^nobody could be told: /, '')

function icon(kind: string) {
  if (kind === 'opened' || kind === 'reopened') return <Siren className="text-fail" />
  if (kind === 'bad_run') return <CircleAlert className="text-fail" />
  if (kind === 'acknowledged') return <Hand className="text-late" />
  if (kind === 'resolved' || kind === 'recovered') return <Check className="text-ok" />
  if (kind === 'notified' || kind === 'escalated') return <BellRing className="text-fg-3" />
  if (kind === 'silent' || kind === 'snoozed') return <BellOff className="text-fg-3" />
  return <MessageSquare className="text-fg-3" />
}

/** What happened, in order: when it opened, who was told, who took it, and what ended it. */
export function IncidentTimeline({ incident: i }: { incident: Schemas['Incident'] }) {
  const zone = useZone()
  const events = i.events ?? []
  return (
    <Card title="What happened">
      <ol className="relative">
        {events.map((e, n) => (
          <li key={`${e.at}.${n}`} className="relative flex gap-3 pb-4 last:pb-0">
            {n < events.length - 1 && (
              <span aria-hidden="true" className="absolute top-6 bottom-0 left-2.75 w-px bg-line" />
            )}
            <span
              aria-hidden="true"
              className="grid size-5.5 shrink-0 place-items-center rounded-full border bg-surface [&_svg]:size-3.5"
            >
              {icon(e.kind)}
            </span>
            <div className="flex min-w-0 flex-1 flex-col gap-x-3 pt-0.5 sm:flex-row">
              <div className="min-w-0 flex-1">
                <p className="text-sm">
                  <span className="font-medium">{WORDS[e.kind] ?? e.kind.replaceAll('_', ' ')}</span>
                  {e.by && <span className="text-fg-2"> by {e.by}</span>}
                  {e.run_id && (
                    <>
                      {' '}
                      <Link to="/runs/$id" params={{ id: e.run_id }} className="text-accent hover:underline">
                        see the run
                      </Link>
                    </>
                  )}
                </p>
                {e.note && (
                  <p className="text-xs break-words whitespace-pre-line text-fg-2">{said(e.note)}</p>
                )}
              </div>
              <time dateTime={e.at} className="num text-xs whitespace-nowrap text-fg-3">
                {day(ms(e.at), zone)} {hhmmss(ms(e.at), zone)}
              </time>
            </div>
          </li>
        ))}
      </ol>
      <NoteForm id={i.id} />
    </Card>
  )
}
