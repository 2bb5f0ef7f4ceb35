import { useReason } from '@app/api/access'
import { useAction } from '@app/api/action'
import { api, get } from '@app/api/client'
import { sentence } from '@app/api/problem'
import { discoveredOneQuery } from '@app/api/queries/doors'
import { useQuery } from '@tanstack/react-query'
import { Copy } from '@ui/Copy'
import { SidePanel } from '@ui/Dialog'
import { int } from '@ui/lib/time'
import { Button, Card, Fact, Facts, Note } from '@ui/primitives'
import { StatusPill } from '@ui/status'
import { At } from '@ui/Time'
import { Yaml } from '@ui/Yaml'
import { X } from 'lucide-react'
import { DISCOVERED } from './words'

/** Something that reports, and the manifest that would declare it. */
export function DiscoveredPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const { data: d, error } = useQuery(discoveredOneQuery(id))
  const why = useReason('member')
  const stale = [['discovered']]
  const path = { params: { path: { id } } }
  const ignore = useAction(() => get(api.POST('/api/v1/discovered/{id}/ignore', path)), {
    done: 'Ignored',
    stale,
  })
  const restore = useAction(() => get(api.POST('/api/v1/discovered/{id}/restore', path)), {
    done: 'Back again',
    stale,
  })
  return (
    <SidePanel label={d?.slug ?? 'Discovered'} onClose={onClose}>
      <header className="flex items-center gap-3 border-b py-3 pr-3 pl-5">
        <h2 className="min-w-0 flex-1 truncate font-mono text-sm font-medium">{d?.slug}</h2>
        {d && <StatusPill of={DISCOVERED[d.state]} />}
        <Button kind="ghost" icon={<X />} aria-label="Close" onClick={onClose} />
      </header>
      <div className="space-y-4 p-5">
        {error && <Note tone="fail">{sentence(error)}</Note>}
        {d && (
          <>
            <Facts>
              <Fact name="Reports by">{d.dialect}</Fact>
              <Fact name="Check-ins">{int(d.check_ins)}</Fact>
              <Fact name="First seen">
                <At at={d.first_seen_at} />
              </Fact>
              <Fact name="Last seen">
                <At at={d.last_seen_at} />
              </Fact>
            </Facts>
            <Card
              flush
              label="Manifest"
              title={<span className="font-mono text-xs">{d.file}</span>}
              aside={<Copy text={d.manifest} label="Copy manifest" />}
            >
              <div className="border-t bg-sunken">
                <Yaml text={d.manifest} label={`Manifest of ${d.slug}`} />
              </div>
            </Card>
            <p className="text-xs text-fg-3">
              Commit it, and it is monitored from the next check-in on. Until then its check-ins are counted,
              and nobody is told when one does not come.
            </p>
            {d.state === 'ignored' ? (
              <Button reason={why} pending={restore.isPending} onClick={() => restore.mutate()}>
                Bring it back
              </Button>
            ) : (
              d.state === 'open' && (
                <Button reason={why} pending={ignore.isPending} onClick={() => ignore.mutate()}>
                  It does not matter
                </Button>
              )
            )}
          </>
        )}
      </div>
    </SidePanel>
  )
}
