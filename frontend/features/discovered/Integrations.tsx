import { useReason } from '@app/api/access'
import { useAction } from '@app/api/action'
import { api, done, get, type Schemas } from '@app/api/client'
import { integrationsQuery } from '@app/api/queries/doors'
import { useQuery } from '@tanstack/react-query'
import { Secret, Snippet } from '@ui/Copy'
import { Confirm } from '@ui/Dialog'
import { Button, Card } from '@ui/primitives'
import { Ago } from '@ui/Time'
import { KeyRound, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { CLIENTS } from './words'

/** Clients of other monitors: they keep working, and only their address changes. */
export function Integrations() {
  const { data = [] } = useQuery(integrationsQuery)
  return (
    <Card title="Clients of other monitors" flush className="self-start">
      <p className="px-4 pb-3 text-xs text-fg-2">
        They keep working; only the address they report to is another.
      </p>
      <ul>
        {data.map((i) => (
          <Row key={i.kind} integration={i} />
        ))}
      </ul>
    </Card>
  )
}

function Row({ integration: i }: { integration: Schemas['Integration'] }) {
  const [made, setMade] = useState<Schemas['CreatedIntegrationKey']>()
  const [asking, setAsking] = useState<'rotate' | 'revoke'>()
  const why = useReason('admin')
  const path = { params: { path: { kind: i.kind } } }
  const stale = [['integrations']]
  const rotate = useAction(() => get(api.POST('/api/v1/integrations/{kind}/key', path)), {
    stale,
    onDone: (key) => {
      setMade(key)
      setAsking(undefined)
    },
  })
  const revoke = useAction(() => done(api.DELETE('/api/v1/integrations/{kind}/key', path)), {
    done: 'Its key no longer works',
    stale,
    onDone: () => {
      setMade(undefined)
      setAsking(undefined)
    },
  })
  const name = CLIENTS[i.kind]
  return (
    <li className="border-t px-4 py-3">
      <div className="mb-2 flex items-center gap-2">
        <span className="flex-1 font-medium">{name}</span>
        <span className="text-xs text-fg-3">
          {i.active ? (
            <>
              <span className="font-mono">{i.hint}…</span> <Ago at={i.created_at} />
            </>
          ) : (
            'no key'
          )}
        </span>
        <Button
          kind="ghost"
          small
          icon={<KeyRound />}
          aria-label={`New key for ${name}`}
          reason={why}
          pending={rotate.isPending}
          onClick={() => (i.active ? setAsking('rotate') : rotate.mutate())}
        />
        {i.active && (
          <Button
            kind="ghost"
            small
            icon={<Trash2 />}
            aria-label={`End the key for ${name}`}
            reason={why}
            onClick={() => setAsking('revoke')}
          />
        )}
      </div>
      {made ? (
        <Secret text={made.address} label={`${name} address`} />
      ) : (
        <Snippet text={i.address} label={`${name} address`} wrap />
      )}
      {asking && (
        <Confirm
          title={asking === 'rotate' ? `A new key for ${name}?` : `End the key for ${name}?`}
          action={asking === 'rotate' ? 'Make it' : 'End it'}
          pending={rotate.isPending || revoke.isPending}
          onClose={() => setAsking(undefined)}
          onConfirm={() => (asking === 'rotate' ? rotate.mutate() : revoke.mutate())}
        >
          <p>Clients that report with the key there is are refused from then on.</p>
        </Confirm>
      )}
    </li>
  )
}
