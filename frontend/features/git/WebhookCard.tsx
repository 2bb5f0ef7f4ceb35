import { useReason } from '@app/api/access'
import { useAction } from '@app/api/action'
import { api, done, get, type Schemas } from '@app/api/client'
import { webhookQuery } from '@app/api/queries/git'
import { useQuery } from '@tanstack/react-query'
import { Secret, Snippet } from '@ui/Copy'
import { Confirm } from '@ui/Dialog'
import { Button, Card, Fact, Facts, Segmented, Skeleton } from '@ui/primitives'
import { Ago } from '@ui/Time'
import { Webhook } from 'lucide-react'
import { useState } from 'react'
import { GUIDES, type Guide, guess, PROVIDER } from './webhooks'

/** How a push reaches the server at once instead of at the next fetch: address, secret, and where they go. */
export function WebhookCard({ repository: r }: { repository: Schemas['Repository'] }) {
  const path = { params: { path: { name: r.name } } }
  const { data: hook } = useQuery(webhookQuery(r.name))
  const [secret, setSecret] = useState<string>()
  const [asking, setAsking] = useState<'rotate' | 'delete'>()
  const [guide, setGuide] = useState<Guide>(() => guess(r.remote_url))
  const why = useReason('admin')
  const stale = [['repository', r.name, 'webhook']]
  const close = () => setAsking(undefined)
  const rotate = useAction(() => get(api.POST('/api/v1/repositories/{name}/webhook', path)), {
    stale,
    onDone: (made) => {
      setSecret(made.secret)
      close()
    },
  })
  const remove = useAction(() => done(api.DELETE('/api/v1/repositories/{name}/webhook', path)), {
    stale,
    done: 'No call is believed any more',
    onDone: () => {
      setSecret(undefined)
      close()
    },
  })
  if (!hook) {
    return (
      <Card title="Webhook">
        <Skeleton className="h-28" />
      </Card>
    )
  }
  return (
    <Card
      title="Webhook"
      aside={
        hook.active && (
          <Button kind="ghost" small reason={why} onClick={() => setAsking('delete')}>
            Remove
          </Button>
        )
      }
    >
      <p className="mb-3 text-xs text-fg-2">
        A push counts at once when the Git server calls this address; without it, the next fetch comes within{' '}
        {r.sync_interval_seconds} s.
      </p>
      <Snippet text={hook.url} label="webhook address" wrap />
      {secret && (
        <div className="mt-3">
          <Secret text={secret} label="webhook secret" />
        </div>
      )}
      {hook.active && (
        <div className="mt-3">
          <Facts>
            <Fact name="Secret made">
              <Ago at={hook.created_at} />
            </Fact>
            <Fact name="Last call">
              {hook.received_at ? (
                <>
                  <Ago at={hook.received_at} />
                  {hook.provider && <span className="text-fg-3"> by {PROVIDER[hook.provider]}</span>}
                </>
              ) : (
                <span className="text-fg-3">none yet</span>
              )}
            </Fact>
          </Facts>
        </div>
      )}
      <div className="mt-3">
        <Button
          icon={<Webhook />}
          reason={why}
          pending={rotate.isPending}
          onClick={() => (hook.active ? setAsking('rotate') : rotate.mutate())}
        >
          {hook.active ? 'New secret' : 'Make a secret'}
        </Button>
      </div>
      <div className="mt-4 border-t pt-3">
        <div className="scroll-thin -mx-1 overflow-x-auto px-1 pb-1">
          <Segmented
            label="Git server"
            value={guide}
            onChange={setGuide}
            options={(Object.keys(GUIDES) as Guide[]).map((g) => ({ value: g, label: GUIDES[g].label }))}
          />
        </div>
        <ol className="mt-2 list-decimal space-y-1 pl-4 text-xs text-fg-2">
          {GUIDES[guide].steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </div>
      {asking === 'rotate' && (
        <Confirm
          title="Make a new secret?"
          action="Make it"
          pending={rotate.isPending}
          onClose={close}
          onConfirm={() => rotate.mutate()}
        >
          <p>The one before ends at once: calls are not believed until the Git server has the new one.</p>
        </Confirm>
      )}
      {asking === 'delete' && (
        <Confirm
          title="Remove the webhook?"
          action="Remove"
          pending={remove.isPending}
          onClose={close}
          onConfirm={() => remove.mutate()}
        >
          <p>Pushes are found by the fetch every {r.sync_interval_seconds} s, as before.</p>
        </Confirm>
      )}
    </Card>
  )
}
