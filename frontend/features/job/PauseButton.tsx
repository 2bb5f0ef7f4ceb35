import { useReason } from '@app/api/access'
import { useAction } from '@app/api/action'
import type { Schemas } from '@app/api/client'
import { monitorsQuery } from '@app/api/queries/monitoring'
import { PAUSE_STALE, setPaused } from '@app/features/jobs/together'
import { useQuery } from '@tanstack/react-query'
import { useKeys } from '@ui/lib/keys'
import { count } from '@ui/lib/time'
import { Button } from '@ui/primitives'
import { toast } from '@ui/toast'
import { Pause, Play } from 'lucide-react'

/** Stops the judging of a job's runs everywhere, or goes on. The entries on hosts stay: Git says what runs. */
export function PauseButton({ job }: { job: Schemas['Job'] }) {
  const path = `${job.namespace}/${job.name}`
  const { data: monitors = [] } = useQuery(monitorsQuery({ job: path }))
  const role = useReason('member')
  const paused = monitors.length > 0 && monitors.every((m) => m.paused_by_operator)
  const set = useAction((pause: boolean) => setPaused(monitors, pause), {
    stale: PAUSE_STALE,
    onDone: (changed, pause) =>
      toast(`${pause ? 'Paused' : 'Resumed'} on ${count(changed.length, job.ping ? 'monitor' : 'host')}`, {
        action: { label: 'Undo', run: () => set.mutate(!pause) },
      }),
  })
  const why = role || (monitors.length === 0 && 'Nothing watches this job yet: it is on no host')
  useKeys({ p: () => !why && set.mutate(!paused) })
  return (
    <Button
      icon={paused ? <Play /> : <Pause />}
      reason={why}
      pending={set.isPending}
      onClick={() => set.mutate(!paused)}
    >
      {paused ? 'Resume' : 'Pause'}
    </Button>
  )
}
