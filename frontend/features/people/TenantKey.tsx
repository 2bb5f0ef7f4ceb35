import { useReason } from '@app/api/access'
import { useAction } from '@app/api/action'
import { api, get, type Schemas } from '@app/api/client'
import { Secret } from '@ui/Copy'
import { Confirm } from '@ui/Dialog'
import { Button, Card } from '@ui/primitives'
import { KeyRound } from 'lucide-react'
import { useState } from 'react'

/** One key by which every job of the tenant can be reported, by name. */
export function TenantKey() {
  const [asking, setAsking] = useState(false)
  const [made, setMade] = useState<Schemas['MonitorKey']>()
  const why = useReason('admin')
  const rotate = useAction(() => get(api.POST('/api/v1/tenant/key')), {
    onDone: (key) => {
      setMade(key)
      setAsking(false)
    },
  })
  return (
    <Card title="Check-in key">
      <p className="mb-3 text-xs text-fg-2">
        One key for all jobs: what comes after it names the job, as in{' '}
        <code className="font-mono">/in/&lt;key&gt;/production/backup</code>.
      </p>
      {made ? (
        <Secret text={made.url} label="check-in address" />
      ) : (
        <Button icon={<KeyRound />} reason={why} onClick={() => setAsking(true)}>
          Make a new key
        </Button>
      )}
      {asking && (
        <Confirm
          title="Make a new check-in key?"
          action="Make it"
          pending={rotate.isPending}
          onClose={() => setAsking(false)}
          onConfirm={() => rotate.mutate()}
        >
          <p>The one before, if there is one, ends at once. Keys of single jobs stay as they are.</p>
        </Confirm>
      )}
    </Card>
  )
}
