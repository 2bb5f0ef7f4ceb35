import type { Schemas } from '@app/api/client'
import { PlaceFacts } from '@app/features/PlaceFacts'
import { bytes, duration } from '@ui/lib/time'
import { Card, Fact, Facts } from '@ui/primitives'
import { At } from '@ui/Time'

const SIGNALS: Record<number, string> = {
  1: 'HUP',
  2: 'INT',
  3: 'QUIT',
  6: 'ABRT',
  9: 'KILL',
  11: 'SEGV',
  13: 'PIPE',
  14: 'ALRM',
  15: 'TERM',
}

/** What is known of a run besides its output. */
export function RunFacts({ run: r }: { run: Schemas['Run'] }) {
  const cpu = (r.user_ms ?? 0) + (r.system_ms ?? 0)
  return (
    <Card title="Facts">
      <Facts>
        <PlaceFacts of={r} />
        {r.reason && <Fact name="Judged so because">{r.reason}</Fact>}
        <Fact name="Expected">{r.expected_at ? <At at={r.expected_at} /> : 'not by the schedule'}</Fact>
        {r.started_at && (
          <Fact name="Began">
            <At at={r.started_at} />
          </Fact>
        )}
        {r.finished_at && (
          <Fact name={r.status === 'missed' ? 'Missed' : 'Ended'}>
            <At at={r.finished_at} />
          </Fact>
        )}
        {r.duration_ms != null && <Fact name="Took">{duration(r.duration_ms)}</Fact>}
        {r.exit_status != null && (
          <Fact name="Exit status">
            <span className={r.exit_status === 0 ? 'num' : 'num text-fail'}>{r.exit_status}</span>
          </Fact>
        )}
        {r.signal != null && (
          <Fact name="Signal">
            <span className="num text-fail">
              {r.signal}
              {SIGNALS[r.signal] && ` (${SIGNALS[r.signal]})`}
            </span>
          </Fact>
        )}
        {cpu > 0 && (
          <Fact name="Processor">
            <span
              className="num"
              title={`${duration(r.user_ms ?? 0)} user, ${duration(r.system_ms ?? 0)} system`}
            >
              {duration(cpu)}
            </span>
          </Fact>
        )}
        {r.max_rss_kib != null && r.max_rss_kib > 0 && (
          <Fact name="Memory">{bytes(r.max_rss_kib * 1024)}</Fact>
        )}
        {r.output_bytes != null && <Fact name="Output">{bytes(r.output_bytes)}</Fact>}
        {r.external_id && (
          <Fact name="Sender’s id">
            <span className="font-mono text-xs">{r.external_id}</span>
          </Fact>
        )}
      </Facts>
    </Card>
  )
}
