import type { Schemas } from '@app/api/client'
import { sentence } from '@app/api/problem'
import { outputQuery } from '@app/api/queries/monitoring'
import { chosenTenant } from '@app/api/tenant'
import { FilterBox } from '@app/features/FilterBox'
import { useQuery } from '@tanstack/react-query'
import { Copy } from '@ui/Copy'
import { plain } from '@ui/lib/ansi'
import { bytes, count, int } from '@ui/lib/time'
import { Button, buttonClass, Card } from '@ui/primitives'
import { ArrowDownToLine, ChevronDown, ChevronUp, Download, WrapText } from 'lucide-react'
import { lazy, Suspense, useMemo } from 'react'
import { silence } from './OutputPeek'
import { outputLines } from './output'

const LogTail = lazy(() => import('@ui/LogTail').then((m) => ({ default: m.LogTail })))

type Search = { line?: number; q?: string; wrap?: boolean }

/** Everything a run wrote: colours, search, lines with addresses, copy and download. */
export function OutputViewer({
  run,
  search,
  onSearch,
}: {
  run: Schemas['Run']
  search: Search
  onSearch: (change: Search) => void
}) {
  const { data, error, isPending } = useQuery(outputQuery(run.id))
  const lines = useMemo(() => (data ? outputLines(data) : []), [data])
  const needle = search.q?.toLowerCase()
  const hits = useMemo(
    () =>
      needle ? lines.filter((l) => l.number !== null && plain(l.text).toLowerCase().includes(needle)) : [],
    [lines, needle],
  )
  const at = search.line
  const hit = hits.findIndex((l) => l.number === at)
  const walk = (by: number) => {
    const next = hits[(Math.max(hit, by > 0 ? -1 : 0) + by + hits.length) % hits.length]
    if (next?.number) onSearch({ line: next.number })
  }
  const text = lines.map((l) => plain(l.text)).join('\n')
  return (
    <Card
      title="Output"
      flush
      className="min-h-0"
      aside={
        lines.length > 0 && (
          <>
            <span className="num max-sm:hidden">
              {count(lines.length, 'line')} · {bytes(data?.total ?? 0)}
            </span>
            <Button
              kind="ghost"
              small
              icon={<WrapText />}
              aria-label="Wrap lines"
              aria-pressed={!!search.wrap}
              className={search.wrap ? 'bg-line' : ''}
              onClick={() => onSearch({ wrap: search.wrap ? undefined : true })}
            />
            <Copy text={text} label="Copy output" />
            <a
              href={`/api/v1/runs/${run.id}/output`}
              download={`${run.namespace}-${run.name}-${run.id}.log`}
              hidden={!!chosenTenant}
              aria-label="Download output"
              className={buttonClass('ghost', { bare: true, small: true })}
            >
              <Download aria-hidden="true" />
            </a>
          </>
        )
      }
    >
      <div className="flex h-full min-h-0 flex-col">
        {lines.length > 0 && (
          <div className="flex shrink-0 items-center gap-2 border-t px-3 py-1.5">
            <FilterBox
              label="Search the output"
              placeholder="Search the output"
              value={search.q ?? ''}
              className="flex-1 sm:max-w-72"
              onFilter={(q) => onSearch({ q: q || undefined, line: undefined })}
            />
            {needle && (
              <>
                <span role="status" className="num text-xs text-fg-3">
                  {hits.length ? `${hit >= 0 ? `${int(hit + 1)} of ` : ''}${int(hits.length)}` : 'nowhere'}
                </span>
                <Button
                  kind="ghost"
                  small
                  icon={<ChevronUp />}
                  aria-label="Hit before"
                  reason={!hits.length && 'Nothing found'}
                  onClick={() => walk(-1)}
                />
                <Button
                  kind="ghost"
                  small
                  icon={<ChevronDown />}
                  aria-label="Next hit"
                  reason={!hits.length && 'Nothing found'}
                  onClick={() => walk(1)}
                />
              </>
            )}
            <Button
              kind="ghost"
              small
              className="ml-auto"
              icon={<ArrowDownToLine />}
              onClick={() => onSearch({ line: lines.at(-1)?.number ?? undefined })}
            >
              End
            </Button>
          </div>
        )}
        <div className="min-h-0 flex-1 overflow-hidden rounded-b-lg bg-term">
          {lines.length > 0 ? (
            <Suspense fallback={null}>
              <LogTail
                lines={lines}
                wrap={search.wrap}
                at={at}
                needle={needle}
                follow={at === undefined && !needle}
                onLine={(line) => onSearch({ line: line === at ? undefined : line })}
              />
            </Suspense>
          ) : (
            <p className="p-4 font-mono text-2xs text-term-dim">
              {error ? sentence(error) : isPending ? '' : silence(run)}
            </p>
          )}
        </div>
      </div>
    </Card>
  )
}
