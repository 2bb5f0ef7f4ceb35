import type { Schemas } from '@app/api/client'
import { Card, Sha, Tag } from '@ui/primitives'
import { At } from '@ui/Time'
import { Yaml } from '@ui/Yaml'

/** A document in force that is no job: its place in Git, and its words. */
export const RuleCard = ({ rule: r }: { rule: Schemas['RuleDocument'] }) => (
  <Card
    flush
    label={r.name}
    title={
      <span>
        <span className="font-normal text-fg-3">{r.namespace} / </span>
        {r.name}
      </span>
    }
    aside={
      <>
        {r.active_until && (
          <Tag>
            on until <At at={r.active_until} />
          </Tag>
        )}
        <span className="truncate font-mono max-sm:hidden">
          {r.file}:{r.line}
        </span>
        <Sha of={r.commit} />
      </>
    }
  >
    <div className="border-t bg-sunken">
      <Yaml bare text={specOf(r.manifest)} label={`Manifest of ${r.name}`} />
    </div>
  </Card>
)

/** What stands below `spec`: the head says where it is, and that stands above. */
const specOf = (manifest: string) => {
  const [, below] = manifest.split(/^spec:\n/m)
  return below === undefined ? manifest : below.replaceAll(/^ {2}/gm, '')
}
