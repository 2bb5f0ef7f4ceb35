import type { Schemas } from '@app/api/client'
import { previewQuery } from '@app/features/propose/validate'
import { useQuery } from '@tanstack/react-query'
import { day, hhmm, ms } from '@ui/lib/time'
import { useZone } from '@ui/lib/zone'
import { Fact, Facts } from '@ui/primitives'
import { Ago } from '@ui/Time'
import { CalendarClock } from 'lucide-react'
import { JobsFact } from './JobsFact'
import { RuleCard } from './RuleCard'
import { isPause, namespacesOf, selectorOf, type Window, windowsOf } from './spec'

/** A planned silence: when, of which jobs, and whether their runs are judged meanwhile. */
export const MaintenanceCard = ({ rule }: { rule: Schemas['RuleDocument'] }) => (
  <RuleCard rule={rule}>
    <div className="grid grid-cols-1 gap-x-8 gap-y-4 md:grid-cols-[minmax(0,1fr)_15rem]">
      <ul aria-label={`Windows of ${rule.name}`} className="space-y-3">
        {windowsOf(rule.spec).map((w) => (
          <li key={'cron' in w ? w.cron : w.once} className="flex gap-3">
            <span className="grid size-6 shrink-0 place-items-center rounded-full border bg-sunken text-fg-3">
              <CalendarClock className="size-3" aria-hidden="true" />
            </span>
            <div className="min-w-0 pt-0.5 text-sm">
              {'cron' in w ? (
                <Again of={w} />
              ) : (
                <p className="num">
                  {w.once} <span className="text-fg-3">{w.timezone}</span>
                </p>
              )}
            </div>
          </li>
        ))}
      </ul>
      <Facts>
        <JobsFact selector={selectorOf(rule.spec)} namespaces={namespacesOf(rule.spec)} />
        <Fact name="Meanwhile">{isPause(rule.spec) ? 'runs are not judged' : 'nobody is told'}</Fact>
      </Facts>
    </div>
  </RuleCard>
)

/** A window that comes again and again: its schedule in the server's words, and when it comes next. */
function Again({ of: w }: { of: Extract<Window, { cron: string }> }) {
  const zone = useZone()
  const { data } = useQuery(previewQuery(w.cron, w.timezone))
  const next = data?.next[0]
  return (
    <>
      <p>
        {data?.description ?? <span className="font-mono text-xs">{w.cron}</span>}
        <span className="text-fg-3"> · {w.timezone}</span>, for <span className="num">{w.duration}</span>
      </p>
      <p className="num text-xs text-fg-3">
        {next ? (
          <>
            next {day(ms(next.at), zone)} {hhmm(ms(next.at), zone)}, <Ago at={next.at} />
          </>
        ) : (
          ' '
        )}
      </p>
    </>
  )
}
