import { Lanes } from '@ui/charts/Lanes'
import { Logo } from '@ui/Logo'
import type { ReactNode } from 'react'

/** The frame of the pages before one is signed in: the form, and beside it what this is, in its own language. */
export function AuthFrame({ title, sub, children }: { title: string; sub: ReactNode; children: ReactNode }) {
  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(0,1fr)_minmax(0,1.1fr)]">
      <main className="flex flex-col px-6 py-8 md:px-12">
        <span className="flex items-center gap-2.5 text-base font-semibold tracking-tight">
          <Logo size={26} />
          Crontopus
        </span>
        <div className="mx-auto my-auto w-full max-w-sm py-10">
          <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
          <p className="mt-1 mb-6 text-fg-2">{sub}</p>
          {children}
        </div>
      </main>
      <aside
        aria-label="What Crontopus does"
        className="hidden flex-col justify-center gap-8 border-l bg-surface px-14 lg:flex"
      >
        <p className="max-w-md text-2xl font-semibold tracking-tight text-balance">
          <span className="text-fg-3">What should have run,</span> what ran, and the difference.
        </p>
        <Picture />
        <ul className="max-w-md space-y-2 text-fg-2">
          <li>Jobs are files in Git. A push is on every host in about a second.</li>
          <li>Any scheduler reports with one line: cron, systemd, Jenkins, Kubernetes, CI.</li>
          <li>A job that never ran is news, too.</li>
        </ul>
      </aside>
    </div>
  )
}

/** A small drawing of a night of one job on two hosts; not data of anyone. */
function Picture() {
  const hour = 3_600_000
  const from = Date.UTC(2026, 0, 6, 0, 20)
  const at = (h: number) => Date.UTC(2026, 0, 6, h)
  const run = (h: number, status: 'succeeded' | 'failed' | 'missed', length: number) => ({
    id: `${h}.${status}`,
    status,
    start: at(h),
    end: at(h) + length * 60_000,
    expected: at(h),
  })
  return (
    <div aria-hidden="true" className="pointer-events-none w-full max-w-xl select-none [&_details]:hidden">
      <Lanes
        label="An example"
        from={from}
        to={from + 7.2 * hour}
        now={at(6) + 40 * 60_000}
        zone="UTC"
        usual={16 * 60_000}
        expected={[1, 2, 3, 4, 5, 6, 7].map(at)}
        marks={[{ at: at(2) + 35 * 60_000, text: 'a41f9c2', tone: 'commit' }]}
        lanes={[
          {
            key: 'a',
            name: 'db-01',
            runs: [1, 2, 3, 4, 5, 6].map((h) => run(h, 'succeeded', h > 2 ? 19 : 10)),
          },
          {
            key: 'b',
            name: 'db-02',
            runs: [
              run(1, 'succeeded', 9),
              run(2, 'succeeded', 11),
              run(3, 'succeeded', 20),
              run(4, 'missed', 10),
              run(5, 'failed', 28),
              run(6, 'succeeded', 17),
            ],
          },
        ]}
      />
    </div>
  )
}
