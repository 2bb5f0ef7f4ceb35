import type { Schemas } from '@app/api/client'
import { jobHistoryQuery, nextRunsQuery } from '@app/api/queries/jobs'
import { rowsOf } from '@app/api/queries/list'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Cron } from '@ui/Cron'
import { now } from '@ui/lib/clock'
import { day, hhmmss, ms } from '@ui/lib/time'
import { useZone } from '@ui/lib/zone'
import { Card, Fact, Facts, Labels, Sha } from '@ui/primitives'
import { JOB, StatusGlyph } from '@ui/status'
import { Ago } from '@ui/Time'
import { FileCode2, GitCommitHorizontal, Server, Turtle, Webhook } from 'lucide-react'
import { policyFacts } from './policy'

type Job = Schemas['Job']
const pathOf = (job: Job) => ({ namespace: job.namespace, name: job.name })

export function ScheduleCard({ job }: { job: Job }) {
  const { data } = useQuery(nextRunsQuery(pathOf(job), 40))
  const zone = useZone()
  // Hosts of one zone start together: each moment once, with how many.
  const starts = new Map<string, number>()
  for (const n of data?.items ?? []) starts.set(n.at, (starts.get(n.at) ?? 0) + 1)
  const shown = [...starts].slice(0, 5)
  return (
    <Card title="Schedule" aside={<span className="font-mono">{data?.items[0]?.profile}</span>}>
      {job.schedule.split('; ').map((s) => (
        <div key={s} className="mb-1.5">
          <Cron schedule={s} />
        </div>
      ))}
      <p className="mt-2 text-fg-2 first-letter:uppercase">
        {job.schedule_text}
        {job.timezone && <span className="text-fg-3"> · {job.timezone}</span>}
      </p>
      {shown.length > 0 && (
        <ol aria-label="Next runs" className="mt-3 space-y-1.5">
          {shown.map(([at, hosts], i) => (
            <li key={at} className="num flex justify-between text-sm">
              <span className={i === 0 ? 'font-medium' : 'text-fg-2'}>
                {ms(at) - now() > 72_000_000 && <span className="text-fg-3">{day(ms(at), zone)} </span>}
                {hhmmss(ms(at), zone)}
                {hosts > 1 && <span className="text-fg-3"> × {hosts}</span>}
              </span>
              <span className="text-xs text-fg-3">
                <Ago at={at} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </Card>
  )
}

export function SourceCard({ job }: { job: Job }) {
  const { data } = useInfiniteQuery(jobHistoryQuery(pathOf(job)))
  const revisions = rowsOf(data)
  const last = revisions[0]
  // The newest commit that enough runs came after: an older one is not what they are compared with any more.
  const slower = revisions.find((r) => r.durations?.factor != null)
  return (
    <Card
      title="Source"
      aside={
        <Link
          to="/jobs/$namespace/$name/manifest"
          params={pathOf(job)}
          className="flex items-center gap-1 hover:text-fg"
        >
          <FileCode2 aria-hidden="true" className="size-3.5" />
          View manifest
        </Link>
      }
    >
      <p className="font-mono text-xs break-all text-fg-2">
        {job.file}
        <span className="text-fg-3">:{job.line}</span>
      </p>
      <p className="mt-2 flex items-center gap-1.5 text-sm">
        <GitCommitHorizontal aria-hidden="true" className="size-4 shrink-0 text-fg-3" />
        <Sha of={last?.commit ?? job.commit} />
        <span className="truncate text-fg-2">{last?.summary}</span>
      </p>
      {last && (
        <p className="mt-1 pl-5.5 text-xs text-fg-3">
          {last.author.replace(/ <.*/, '')} · <Ago at={last.authored_at} />
        </p>
      )}
      {slower?.durations?.warning && (
        <Link
          to="/jobs/$namespace/$name/history"
          params={pathOf(job)}
          search={{ commit: slower.commit }}
          className="mt-3 flex items-start gap-2 text-sm text-late hover:underline"
        >
          <Turtle aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
          <span>
            {slower.durations.warning.replace(/^r/, 'R')}
            {slower !== last && <span className="font-mono text-xs"> {slower.commit.slice(0, 7)}</span>}
          </span>
        </Link>
      )}
      {Object.keys(job.labels).length > 0 && (
        <div className="mt-3 border-t pt-3">
          <Labels of={job.labels} />
        </div>
      )}
    </Card>
  )
}

export function HostsCard({ job }: { job: Job }) {
  return (
    <Card title={job.ping ? 'Reports by' : 'Runs on'} aside={job.ping ? 'check-in' : undefined}>
      {job.placements.length === 0 ? (
        <p className="text-fg-3">No host’s labels match its selector, or no agent has applied it yet.</p>
      ) : (
        <ul className="scroll-thin max-h-72 space-y-1.5 overflow-auto">
          {job.placements.map((p) => (
            <li key={p.monitor_id} className="flex items-center gap-2">
              {job.ping ? (
                <Webhook aria-hidden="true" className="size-3.5 shrink-0 text-fg-3" />
              ) : (
                <Server aria-hidden="true" className="size-3.5 shrink-0 text-fg-3" />
              )}
              <span className="min-w-0 flex-1 truncate font-mono text-xs">{p.host ?? 'check-ins'}</span>
              <span className="text-xs text-fg-3">{JOB[p.status].word.toLowerCase()}</span>
              <StatusGlyph of={JOB[p.status]} quiet />
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

/** What the manifest says of how its runs are judged and held. */
export function PolicyCard({ job }: { job: Job }) {
  const facts = policyFacts(job.manifest)
  if (facts.length === 0) return null
  return (
    <Card title="Rules of the run">
      <Facts>
        {facts.map(([name, value]) => (
          <Fact key={name} name={name}>
            <span className="num">{value}</span>
          </Fact>
        ))}
      </Facts>
    </Card>
  )
}
