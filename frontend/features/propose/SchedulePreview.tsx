import { sentence } from '@app/api/problem'
import { useQuery } from '@tanstack/react-query'
import { Cron } from '@ui/Cron'
import { now } from '@ui/lib/clock'
import { day, hhmm, hhmmss, ms } from '@ui/lib/time'
import { Card, Note, Tag } from '@ui/primitives'
import { Ago } from '@ui/Time'
import type { Written } from './names'
import { previewQuery } from './validate'

/** What the schedule means: in words, its next starts, what changes of the clock do to it, and who can hold it. */
export function SchedulePreview({ of }: { of: Written }) {
  const { data, error } = useQuery(previewQuery(of.schedule, of.timezone))
  return (
    <Card title="Schedule" aside={of.timezone ?? 'UTC'}>
      <Cron schedule={of.schedule} />
      {error && (
        <div className="mt-3">
          <Note tone="fail">{sentence(error)}</Note>
        </div>
      )}
      {data && (
        <>
          <p className="mt-2 text-fg-2">{data.description}</p>
          <ol aria-label="Next starts" className="mt-3 space-y-1.5">
            {data.next.map((n, i) => (
              <li key={n.at} className="num flex justify-between gap-3 text-sm">
                <span className={i === 0 ? 'font-medium' : 'text-fg-2'}>{local(n.local)}</span>
                <span className="text-xs text-fg-3">
                  <Ago at={n.at} />
                </span>
              </li>
            ))}
          </ol>
          {data.warnings.map((w) => (
            <div key={`${w.at}.${w.local}`} className="mt-3">
              <Note tone="late">{w.message}</Note>
            </div>
          ))}
          <p className="mt-3 flex flex-wrap items-center gap-1 border-t pt-3 text-xs text-fg-3">
            Held by
            {data.schedulers
              .filter((s) => s.holds !== 'no')
              .map((s) => (
                <span key={s.profile} title={s.why ?? undefined}>
                  <Tag>
                    {s.profile}
                    {s.holds === 'guarded' ? ', guarded' : ''}
                  </Tag>
                </span>
              ))}
          </p>
        </>
      )}
    </Card>
  )
}

/** `2026-11-25T02:00:00+01:00[Europe/Berlin]` as people write it; its offset stays, and its year when it is another. */
function local(text: string): string {
  const found = /^(\d{4})(-\d\d-\d\dT\d\d:\d\d)(:\d\d)([+-]\d\d:\d\d|Z)/.exec(text)
  if (!found) return text
  const [, year = '', wall = '', seconds = '', offset = ''] = found
  const at = ms(`${year}${wall}${seconds}Z`)
  const clock = seconds === ':00' ? hhmm(at) : hhmmss(at)
  const isThisYear = year === String(new Date(now()).getUTCFullYear())
  return `${day(at)}${isThisYear ? '' : ` ${year}`} ${clock} ${offset}`
}
