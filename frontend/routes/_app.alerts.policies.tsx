import { policiesQuery } from '@app/api/queries/alerts'
import { PolicyCard } from '@app/features/alerts/PolicyCard'
import { useSuspenseQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { Snippet } from '@ui/Copy'
import { Empty } from '@ui/Empty'

export const Route = createFileRoute('/_app/alerts/policies')({
  loader: ({ context }) => context.query.ensureQueryData(policiesQuery),
  component: Policies,
})

function Policies() {
  const { data: policies } = useSuspenseQuery(policiesQuery)
  if (policies.length === 0) {
    return (
      <Empty title="No policy in Git">
        <p>
          A policy is what every manifest must satisfy. It is checked before a push is taken, at each sync,
          and by each agent before it writes anything.
        </p>
        <Snippet label="policy" text={EXAMPLE} />
      </Empty>
    )
  }
  return (
    <div className="grid grid-cols-1 gap-4 p-4 md:px-6">
      {policies.map((p) => (
        <PolicyCard key={`${p.namespace}/${p.name}`} rule={p} />
      ))}
    </div>
  )
}

const EXAMPLE = `apiVersion: crontopus/v1
kind: Policy
metadata: {name: production-rules}
spec:
  selector: {env: production}
  enforcement: deny
  rules:
    minInterval: 5m
    requireLabels: [team]
    deniedUsers: [root]
    requireMaxRuntime: 6h
`
