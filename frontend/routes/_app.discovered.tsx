import { discoveredQuery } from '@app/api/queries/doors'
import { rowsOf } from '@app/api/queries/list'
import { rejectedQuery } from '@app/api/queries/monitoring'
import { DiscoveredPanel } from '@app/features/discovered/DiscoveredPanel'
import { Integrations } from '@app/features/discovered/Integrations'
import { DISCOVERED } from '@app/features/discovered/words'
import { More } from '@app/features/More'
import { ApiButton } from '@app/features/shell/ApiButton'
import { useInfiniteQuery, useSuspenseInfiniteQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { count } from '@ui/lib/time'
import { Card, Tag } from '@ui/primitives'
import { PageBody, PageHead, PageTitle } from '@ui/Shell'
import { StatusGlyph } from '@ui/status'
import { Ago } from '@ui/Time'
import { clsx } from 'clsx'

export const Route = createFileRoute('/_app/discovered')({
  validateSearch: (s: Record<string, unknown>): { id?: string } => ({
    id: typeof s.id === 'string' ? s.id : undefined,
  }),
  loader: ({ context }) => context.query.ensureInfiniteQueryData(discoveredQuery),
  component: Discovered,
})

const ASKED_EVERY = 30_000
const ORDER = { open: 0, linked: 1, ignored: 2 }

function Discovered() {
  const { id } = Route.useSearch()
  const go = Route.useNavigate()
  const list = useSuspenseInfiniteQuery(discoveredQuery)
  const found = [...rowsOf(list.data)].sort((a, b) => ORDER[a.state] - ORDER[b.state])
  // No event tells of what was not taken, so the page asks while it is looked at.
  const rejected = useInfiniteQuery({ ...rejectedQuery, refetchInterval: ASKED_EVERY })
  return (
    <>
      <PageHead title={<PageTitle>Discovered</PageTitle>} actions={<ApiButton />} />
      <PageBody className="grid grid-cols-1 auto-rows-min gap-4 p-4 md:p-6 xl:grid-cols-[minmax(0,1fr)_24rem]">
        <div className="grid grid-cols-1 min-w-0 auto-rows-min gap-4">
          <Card title="Reports, but not in Git" flush>
            {found.length === 0 ? (
              <p className="border-t px-4 py-6 text-fg-2">
                Nothing. What checks in without a manifest shows here, with the manifest that would declare
                it.
              </p>
            ) : (
              <ul aria-label="Discovered">
                {found.map((d) => (
                  <li key={d.id} className="border-t">
                    <button
                      type="button"
                      onClick={() => void go({ search: { id: d.id } })}
                      className={clsx(
                        'grid w-full grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 px-4 py-2 text-left outline-offset-[-2px] hover:bg-hover md:grid-cols-[auto_minmax(0,1fr)_7rem_8rem_6rem]',
                        d.state === 'ignored' && 'opacity-60',
                      )}
                    >
                      <StatusGlyph of={DISCOVERED[d.state]} />
                      <span className="min-w-0">
                        <span className="block truncate font-mono text-xs font-medium">{d.slug}</span>
                        <span className="block truncate text-xs text-fg-3">
                          {d.proposal.schedule ??
                            (d.proposal.every_ms
                              ? `every ${d.proposal.every_ms / 60_000} min`
                              : 'says no schedule')}
                        </span>
                      </span>
                      <span className="hidden md:block">
                        <Tag>{d.dialect}</Tag>
                      </span>
                      <span className="num hidden text-xs text-fg-2 md:block">
                        {count(d.check_ins, 'check-in')}
                      </span>
                      <span className="text-xs text-fg-3">
                        <Ago at={d.last_seen_at} />
                      </span>
                    </button>
                  </li>
                ))}
              </ul>
            )}
            <More of={list} />
          </Card>
          <Card title="Check-ins that were not taken" flush>
            {rowsOf(rejected.data).length === 0 ? (
              <p className="border-t px-4 py-4 text-fg-3">None. Whatever came was taken.</p>
            ) : (
              <ul>
                {rowsOf(rejected.data).map((r, i) => (
                  <li
                    key={`${r.at}.${i}`}
                    className="grid grid-cols-[minmax(0,1fr)_auto] items-baseline gap-3 border-t px-4 py-2"
                  >
                    <span className="min-w-0 truncate">
                      <span className="font-mono text-xs">{r.target}</span>
                      <span className="text-xs text-miss"> {r.reason}</span>
                    </span>
                    <span className="text-xs text-fg-3">
                      <Tag>{r.dialect}</Tag> <Ago at={r.at} />
                    </span>
                  </li>
                ))}
              </ul>
            )}
            <More of={rejected} />
          </Card>
        </div>
        <Integrations />
      </PageBody>
      {id && <DiscoveredPanel id={id} onClose={() => void go({ search: {} })} />}
    </>
  )
}
