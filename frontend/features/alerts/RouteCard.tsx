import type { Schemas } from '@app/api/client'
import { duration } from '@ui/lib/time'
import { Fact, Facts, Tag } from '@ui/primitives'
import { BellRing } from 'lucide-react'
import { JobsFact } from './JobsFact'
import { RuleCard } from './RuleCard'

/** A route in force: whose incidents, who is told one after the other, and its words in Git. */
export function RouteCard({
  rule: r,
  route,
  channels,
}: {
  rule: Schemas['RuleDocument']
  route: Schemas['RouteRule']
  /** The channels there are, by name; nothing while they are not known. */
  channels?: Map<string, Schemas['Channel']>
}) {
  return (
    <RuleCard rule={r}>
      <div className="grid grid-cols-1 gap-x-8 gap-y-4 md:grid-cols-[minmax(0,1fr)_15rem]">
        <ol aria-label={`Who is told by ${r.name}`} className="relative">
          {route.steps.map((step, i) => (
            <li key={i} className="relative flex gap-3 pb-4 last:pb-0">
              {i < route.steps.length - 1 && (
                <span aria-hidden="true" className="absolute top-6 bottom-0 left-3 w-px bg-line-2" />
              )}
              <span className="relative grid size-6 shrink-0 place-items-center rounded-full border bg-sunken text-fg-3">
                <BellRing className="size-3" aria-hidden="true" />
              </span>
              <div className="min-w-0 pt-0.5">
                <p className="text-sm">
                  {step.after_seconds === 0 ? (
                    'At once'
                  ) : (
                    <>
                      After <span className="num">{spanOf(step.after_seconds)}</span>
                      <span className="text-fg-3">, if nobody has taken it</span>
                    </>
                  )}
                </p>
                <p className="mt-1 flex flex-wrap gap-1">
                  {step.channels.map((name) => (
                    <Channel key={name} name={name} channels={channels} />
                  ))}
                </p>
              </div>
            </li>
          ))}
        </ol>
        <div>
          <Facts>
            <JobsFact selector={route.selector} namespaces={route.namespaces} />
            <Fact name="Told when">{route.on.map((on) => on.replaceAll('_', ' ')).join(', ')}</Fact>
            <Fact name="From">{route.min_severity}</Fact>
            <Fact name="Again">
              {route.repeat_seconds ? `every ${spanOf(route.repeat_seconds)}` : 'told once'}
            </Fact>
            <Fact name="Grouped by">{route.group_by.length > 0 && route.group_by.join(', ')}</Fact>
          </Facts>
        </div>
      </div>
    </RuleCard>
  )
}

/** A channel by name; one that is not there, or is off, says so: nobody is told through it. */
function Channel({ name, channels }: { name: string; channels?: Map<string, Schemas['Channel']> }) {
  const found = channels?.get(name)
  if (!channels || found?.enabled) return <Tag mono>{name}</Tag>
  return (
    <span className="inline-flex h-5 items-center gap-1 rounded-sm bg-fail-soft px-1.5 text-2xs text-fail">
      <span className="font-mono">{name}</span>
      {found ? 'is off' : 'is no channel'}
    </span>
  )
}

/** `15m` rather than `15m 00s`. */
const spanOf = (seconds: number) => duration(seconds * 1000).replace(/ 0+[ms]$/, '')
