import type { Schemas } from '@app/api/client'
import { Link } from '@tanstack/react-router'
import { bytes, duration, int, ms } from '@ui/lib/time'
import { Card } from '@ui/primitives'
import { RUN, StatusGlyph } from '@ui/status'
import { At } from '@ui/Time'

type Run = Schemas['Run']

/** What is compared: as a number, where the difference is one; else as text. */
type Row = {
  name: string
  mono?: boolean
  /** How many times as much says nothing of it. */
  bare?: boolean
} & (
  | { of: (r: Run) => string | number | null | undefined; show?: undefined }
  | { of: (r: Run) => number | null | undefined; show: (n: number) => string }
)

const metric = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 5 })
const length = (n: number) => (n < 0 ? `−${duration(-n)}` : duration(n))

const ROWS: Row[] = [
  { name: 'Outcome', of: (r) => RUN[r.status].word },
  { name: 'Judged so because', of: (r) => r.reason },
  { name: 'Took', of: (r) => r.duration_ms, show: length },
  {
    name: 'Start lag',
    of: (r) => (r.expected_at && r.started_at ? ms(r.started_at) - ms(r.expected_at) : undefined),
    show: length,
    bare: true,
  },
  { name: 'Exit status', of: (r) => r.exit_status },
  { name: 'Signal', of: (r) => r.signal },
  { name: 'Host', of: (r) => r.host, mono: true },
  { name: 'Environment', of: (r) => r.environment, mono: true },
  {
    name: 'Attempts',
    of: (r) => (r.started_at ? Math.max(1, r.attempts?.length ?? 1) : undefined),
    show: int,
    bare: true,
  },
  {
    name: 'Processor',
    of: (r) => (r.user_ms == null && r.system_ms == null ? undefined : (r.user_ms ?? 0) + (r.system_ms ?? 0)),
    show: length,
  },
  { name: 'Memory', of: (r) => r.max_rss_kib && r.max_rss_kib * 1024, show: size },
  { name: 'Output', of: (r) => r.output_bytes, show: size },
]

function size(n: number) {
  return n < 0 ? `−${bytes(-n)}` : bytes(n)
}

/** Two runs side by side: what is known of each, and by how much it differs. */
export function Compared({ a, b }: { a: Run; b: Run }) {
  const names = [...new Set([...Object.keys(a.metrics ?? {}), ...Object.keys(b.metrics ?? {})])].sort()
  const metrics = names.map(
    (name): Row => ({
      name,
      mono: true,
      of: (r) => r.metrics?.[name],
      show: (n) => metric.format(n).replace('-', '−'),
    }),
  )
  return (
    <Card label="Facts of both runs" flush className="overflow-hidden">
      <div className="scroll-thin overflow-x-auto">
        <table className="w-full text-left text-sm">
          <thead>
            <tr className="label bg-sunken [&>th]:px-4 [&>th]:py-2 [&>th]:font-medium">
              <th scope="col">
                <span className="sr-only">Fact</span>
              </th>
              <th scope="col">
                <Head run={a} />
              </th>
              <th scope="col">
                <Head run={b} />
              </th>
              <th scope="col" className="max-md:hidden">
                Difference
              </th>
            </tr>
          </thead>
          <tbody>
            {[...ROWS, ...metrics].map((row) => (
              <Fact key={row.name} row={row} a={a} b={b} />
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  )
}

const Head = ({ run }: { run: Run }) => (
  <Link
    to="/runs/$id"
    params={{ id: run.id }}
    className="inline-flex items-center gap-2 text-fg hover:underline"
  >
    <StatusGlyph of={RUN[run.status]} />
    <At at={run.started_at ?? run.expected_at ?? run.created_at} />
  </Link>
)

function Fact({ row, a, b }: { row: Row; a: Run; b: Run }) {
  const [x, y] = [row.of(a) ?? undefined, row.of(b) ?? undefined]
  if (x === undefined && y === undefined) return null
  const said = (v: string | number | undefined) =>
    v === undefined ? '–' : row.show && typeof v === 'number' ? row.show(v) : String(v)
  const other = x !== y
  return (
    <tr className="border-t [&>*]:px-4 [&>*]:py-1.5">
      <th
        scope="row"
        className={
          row.mono && row.show
            ? 'font-mono text-xs font-normal text-fg-3'
            : 'font-normal whitespace-nowrap text-fg-3'
        }
      >
        {row.name}
      </th>
      {[x, y].map((v, i) => (
        <td
          key={i}
          className={`num ${row.mono && !row.show ? 'font-mono text-xs' : ''} ${other ? 'font-medium' : 'text-fg-2'}`}
        >
          {said(v)}
        </td>
      ))}
      <td className="num text-xs text-fg-2 max-md:hidden">{other && difference(row, x, y)}</td>
    </tr>
  )
}

/** `+1m 05s (1.4×)`; that it is another one, where there is no measure. */
function difference(row: Row, x: string | number | undefined, y: string | number | undefined): string {
  if (!row.show || typeof x !== 'number' || typeof y !== 'number') return 'differs'
  const by = row.show(y - x)
  const ratio = !row.bare && x > 0 && y > 0 ? y / x : 1
  const times = ratio >= 1.05 || ratio <= 0.95 ? ` (${metric.format(Number(ratio.toPrecision(2)))}×)` : ''
  return `${y > x ? '+' : ''}${by}${times}`
}
