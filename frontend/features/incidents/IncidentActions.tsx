import { useReason } from '@app/api/access'
import { useAction } from '@app/api/action'
import { api, get, type Schemas } from '@app/api/client'
import { Confirm } from '@ui/Dialog'
import { useKeys } from '@ui/lib/keys'
import { Menu } from '@ui/Menu'
import { Button, buttonClass } from '@ui/primitives'
import { BellOff, Check, Ellipsis, Hand } from 'lucide-react'
import { useState } from 'react'
import { SNOOZES } from './snoozes'

/** Taking an incident, and ending it by hand. */
export function IncidentActions({ incident: i }: { incident: Schemas['Incident'] }) {
  const [asking, setAsking] = useState(false)
  const role = useReason('member')
  const stale = [['incidents'], ['incident', i.id]]
  const path = { params: { path: { id: i.id } } }
  const ack = useAction(() => get(api.POST('/api/v1/incidents/{id}/acknowledge', path)), {
    done: 'It is yours. Nobody is told again until it changes.',
    stale,
  })
  const resolve = useAction(() => get(api.POST('/api/v1/incidents/{id}/resolve', path)), {
    done: 'Resolved',
    stale,
    onDone: () => setAsking(false),
  })
  const snooze = useAction(
    (minutes: number) => get(api.POST('/api/v1/incidents/{id}/snooze', { ...path, body: { minutes } })),
    { done: 'Nobody is told until then', stale: [...stale, ['snoozes']] },
  )
  const why =
    role ||
    (i.state === 'resolved' && 'It is over') ||
    (i.state === 'acknowledged' && `${i.acknowledged_by ?? 'Somebody'} has it`)
  useKeys({ a: () => !why && ack.mutate() })
  const quiet = role || (i.state === 'resolved' && 'It is over')
  const snoozes = SNOOZES.map(([label, minutes]) => ({
    label,
    reason: quiet,
    onSelect: () => snooze.mutate(minutes),
  }))
  return (
    <>
      <Menu
        label="Snooze"
        className={`${buttonClass('line')} max-md:hidden`}
        trigger={
          <>
            <BellOff aria-hidden="true" />
            Snooze
          </>
        }
        items={snoozes}
      />
      <Button icon={<Check />} className="max-md:hidden" reason={quiet} onClick={() => setAsking(true)}>
        Resolve
      </Button>
      <Menu
        label="More actions"
        className={`${buttonClass('line', { bare: true })} md:hidden`}
        trigger={<Ellipsis aria-hidden="true" />}
        items={[
          { label: 'Resolve', icon: <Check />, reason: quiet, onSelect: () => setAsking(true) },
          ...snoozes.map((s) => ({ ...s, icon: <BellOff />, label: `Snooze ${s.label.toLowerCase()}` })),
        ]}
      />
      <Button kind="solid" icon={<Hand />} reason={why} pending={ack.isPending} onClick={() => ack.mutate()}>
        Acknowledge
      </Button>
      {asking && (
        <Confirm
          title="Resolve it by hand?"
          action="Resolve"
          pending={resolve.isPending}
          onClose={() => setAsking(false)}
          onConfirm={() => resolve.mutate()}
        >
          <p>
            It resolves by itself with the next good run. If the next one is bad again, a new incident opens.
          </p>
        </Confirm>
      )}
    </>
  )
}
