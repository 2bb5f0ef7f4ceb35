import type { Schemas } from '@app/api/client'
import { Copy } from '@ui/Copy'
import { Card, Sha, Tag } from '@ui/primitives'
import { At } from '@ui/Time'
import { Yaml } from '@ui/Yaml'
import type { ReactNode } from 'react'

/** A document in force that is no job: its place in Git, and what it says; as Git has it if nobody put it in words. */
export const RuleCard = ({ rule: r, children }: { rule: Schemas['RuleDocument']; children?: ReactNode }) => (
  <Card
    flush={!children}
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
    {children ? (
      <>
        {children}
        <details className="group -mx-4 mt-4 -mb-4 border-t">
          <summary className="flex h-9 cursor-default items-center px-4 text-xs text-fg-3 marker:content-none hover:text-fg">
            <span className="group-open:hidden">Show as Git has it</span>
            <span className="hidden group-open:inline">Hide what Git has</span>
          </summary>
          <div className="relative border-t bg-sunken">
            <Yaml bare text={r.manifest} label={`Manifest of ${r.name}`} />
            <div className="absolute top-1.5 right-1.5">
              <Copy text={r.manifest} label={`Copy the manifest of ${r.name}`} />
            </div>
          </div>
        </details>
      </>
    ) : (
      <div className="border-t bg-sunken">
        <Yaml bare text={specOf(r.manifest)} label={`Manifest of ${r.name}`} />
      </div>
    )}
  </Card>
)

/** What stands below `spec`: the head says where it is, and that stands above. */
const specOf = (manifest: string) => {
  const [, below] = manifest.split(/^spec:\n/m)
  return below === undefined ? manifest : below.replaceAll(/^ {2}/gm, '')
}
