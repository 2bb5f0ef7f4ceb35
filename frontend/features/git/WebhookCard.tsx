import type { Schemas } from '@app/api/client'
import { Card } from '@ui/primitives'

/** How a push reaches the server at once instead of at the next fetch. */
export const WebhookCard = ({ repository: r }: { repository: Schemas['Repository'] }) => (
  <Card title="Faster than every fetch">
    <p className="text-fg-2">
      A pipeline that ends with this line makes a push count at once; without it, the next fetch comes within{' '}
      {r.sync_interval_seconds} s.
    </p>
    <pre className="scroll-thin mt-2 overflow-x-auto rounded-md border bg-sunken p-3 font-mono text-xs">
      {`curl -fsS -X POST \\
  -H "Authorization: Bearer $CRONTOPUS_TOKEN" \\
  ${location.origin}/api/v1/repositories/${r.name}/sync`}
    </pre>
  </Card>
)
