import { useReason } from '@app/api/access'
import { useAction } from '@app/api/action'
import { api, get, type Schemas } from '@app/api/client'
import { Confirm } from '@ui/Dialog'
import { Menu } from '@ui/Menu'
import { Button } from '@ui/primitives'
import { Ban, Check, Ellipsis, RefreshCw } from 'lucide-react'
import { useState } from 'react'

/** Letting a host in, having it look again, and shutting it out. */
export function AgentActions({ agent: a }: { agent: Schemas['Agent'] }) {
  const [asking, setAsking] = useState(false)
  const why = useReason('admin')
  const stale = [['agent', a.id], ['agents']]
  const path = { params: { path: { agent: a.id } } }
  const sync = useAction(() => get(api.POST('/api/v1/agents/{agent}/sync', path)), {
    done: 'Asked: it looks at Git and at the host again',
    stale,
  })
  const approve = useAction(() => get(api.POST('/api/v1/agents/{agent}/approve', path)), {
    done: `${a.name} is let in`,
    stale,
  })
  const revoke = useAction(() => get(api.POST('/api/v1/agents/{agent}/revoke', path)), {
    done: `${a.name} is shut out`,
    stale,
    onDone: () => setAsking(false),
  })
  const gone =
    (a.state === 'revoked' && 'It is revoked') || (a.state === 'left' && 'It was uninstalled on its host')
  return (
    <>
      {a.state === 'pending' ? (
        <Button
          kind="solid"
          icon={<Check />}
          reason={why}
          pending={approve.isPending}
          onClick={() => approve.mutate()}
        >
          Approve
        </Button>
      ) : (
        <Button
          icon={<RefreshCw />}
          reason={why || gone}
          pending={sync.isPending}
          onClick={() => sync.mutate()}
        >
          Look again
        </Button>
      )}
      <Menu
        label="More actions"
        trigger={<Ellipsis className="size-4" />}
        className="grid size-8 place-items-center rounded-md text-fg-2 hover:bg-hover"
        items={[
          {
            label: 'Revoke',
            icon: <Ban />,
            danger: true,
            reason: why || gone,
            onSelect: () => setAsking(true),
          },
        ]}
      />
      {asking && (
        <Confirm
          title={`Shut ${a.name} out?`}
          action="Revoke"
          type={a.name}
          pending={revoke.isPending}
          onClose={() => setAsking(false)}
          onConfirm={() => revoke.mutate()}
        >
          <p>
            Its key is refused from the next request on, and cannot be let in again: the host has to enrol
            anew.
          </p>
          <p>What it wrote into the host’s scheduler stays there. To take that out, run</p>
          <p className="font-mono text-xs">crontopus-agent uninstall</p>
        </Confirm>
      )}
    </>
  )
}
