import type { Schemas } from '@app/api/client'
import { Fact, Facts, Tag } from '@ui/primitives'
import { ShieldCheck } from 'lucide-react'
import { JobsFact } from './JobsFact'
import { RuleCard } from './RuleCard'
import { isDenied, namespacesOf, rulesOf, selectorOf } from './spec'

/** A policy in force: whose manifests, what they must satisfy, and what becomes of one that does not. */
export const PolicyCard = ({ rule }: { rule: Schemas['RuleDocument'] }) => (
  <RuleCard rule={rule}>
    <div className="grid grid-cols-1 gap-x-8 gap-y-4 md:grid-cols-[minmax(0,1fr)_15rem]">
      <ul aria-label={`Rules of ${rule.name}`} className="space-y-2">
        {rulesOf(rule.spec).map(([name, value]) => (
          <li key={name} className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 text-sm">
            <ShieldCheck aria-hidden="true" className="size-3.5 shrink-0 self-center text-fg-3" />
            <span className="text-fg-2">{name}</span>
            <span className="min-w-0 font-mono text-xs break-words">{value}</span>
          </li>
        ))}
      </ul>
      <Facts>
        <JobsFact selector={selectorOf(rule.spec)} namespaces={namespacesOf(rule.spec)} />
        <Fact name="What breaks it">
          <Tag>{isDenied(rule.spec) ? 'is refused' : 'is warned of'}</Tag>
        </Fact>
      </Facts>
    </div>
  </RuleCard>
)
