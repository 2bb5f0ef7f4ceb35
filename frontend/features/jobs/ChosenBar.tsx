import { useReason } from '@app/api/access'
import { useAction } from '@app/api/action'
import { api, get, type Schemas } from '@app/api/client'
import { SNOOZES } from '@app/features/incidents/snoozes'
import { count } from '@ui/lib/time'
import { Menu } from '@ui/Menu'
import { Button, buttonClass } from '@ui/primitives'
import { toast } from '@ui/toast'
import { BellOff, Pause, Play, X } from 'lucide-react'
import { each, monitorsOf, PAUSE_STALE, setPaused } from './together'

/** What can be done to the jobs that were chosen, all at once. */
export default function ChosenBar({
  jobs,
  onClear,
}: {
  jobs: Pick<Schemas['JobSummary'], 'namespace' | 'name'>[]
  onClear: () => void
}) {
  const role = useReason('member')
  const pause = useAction(async (on: boolean) => setPaused(await monitorsOf(jobs), on), {
    stale: PAUSE_STALE,
    onDone: (changed, on) => {
      const word = on ? 'Paused' : 'Resumed'
      if (changed.length === 0) return toast(`Nothing to do: all of them are ${on ? 'paused' : 'going on'}`)
      toast(`${word}: ${count(changed.length, 'monitor')} of ${count(jobs.length, 'job')}`, {
        action: { label: 'Undo', run: () => back.mutate({ changed, on: !on }) },
      })
    },
  })
  const back = useAction(
    ({ changed, on }: { changed: Schemas['Monitor'][]; on: boolean }) => setPaused(changed, on),
    { stale: PAUSE_STALE, done: 'As it was' },
  )
  const snooze = useAction(
    async (minutes: number) =>
      each(await monitorsOf(jobs), (m) =>
        get(api.POST('/api/v1/snoozes', { body: { monitor_id: m.id, minutes } })),
      ),
    { stale: [['snoozes']], done: (made) => `Nobody is told of ${count(made.length, 'monitor')} until then` },
  )
  const busy = pause.isPending || back.isPending || snooze.isPending
  return (
    <section
      aria-label="Chosen jobs"
      className="absolute inset-x-0 bottom-4 z-20 mx-auto flex w-max max-w-[94%] flex-wrap items-center gap-2 rounded-xl border border-line-2 bg-raised py-2 pr-2 pl-4 shadow-pop"
    >
      <p role="status" className="num mr-2 text-sm font-medium">
        {count(jobs.length, 'job')} chosen
      </p>
      <Button icon={<Pause />} reason={role} pending={busy} onClick={() => pause.mutate(true)}>
        Pause
      </Button>
      <Button icon={<Play />} reason={role} pending={busy} onClick={() => pause.mutate(false)}>
        Resume
      </Button>
      <Menu
        label="Snooze"
        className={buttonClass('line')}
        trigger={
          <>
            <BellOff aria-hidden="true" />
            Snooze
          </>
        }
        items={SNOOZES.map(([label, minutes]) => ({
          label,
          reason: role,
          onSelect: () => snooze.mutate(minutes),
        }))}
      />
      <Button kind="ghost" icon={<X />} aria-label="Choose none" onClick={onClear} />
    </section>
  )
}
