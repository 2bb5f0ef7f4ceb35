import type { JobFilter } from '@app/api/queries/jobs'
import { Link } from '@tanstack/react-router'
import { clsx } from 'clsx'
import { ArrowDown } from 'lucide-react'
import type { ReactNode } from 'react'
import { COLUMNS } from './JobRow'
import type { JobSort } from './sort'

const WORDS: Record<JobSort, string> = {
  name: 'by name',
  '-name': 'by name, from the end',
  status: 'failing first',
  next: 'the soonest start first',
  last: 'the latest run first',
}

/** What stands over the list: what can be sorted by is a link, which the address holds. */
export const JobHead = ({ filter }: { filter: JobFilter }) => (
  <div className={clsx('label hidden h-8 shrink-0 items-center border-b bg-sunken px-6 md:grid', COLUMNS)}>
    <span className="flex gap-3">
      <Sort by="status" filter={filter}>
        Status
      </Sort>
      <Sort by={filter.sort === 'name' ? '-name' : 'name'} of="-name" filter={filter}>
        Job
      </Sort>
    </span>
    <span>Schedule</span>
    <span className="hidden xl:block">Last 30 runs</span>
    <span className="hidden text-right xl:block">p50 / p95</span>
    <span className="hidden xl:block">
      <Sort by="last" filter={filter}>
        Last run
      </Sort>
    </span>
    <Sort by="next" filter={filter}>
      Next run
    </Sort>
  </div>
)

/** Asks for an order; when that is the order already, for none: what needs somebody first, the rest by name. */
function Sort({
  by,
  of = by,
  filter,
  children,
}: {
  by: JobSort
  /** Another order that is this column's. */
  of?: JobSort
  filter: JobFilter
  children: ReactNode
}) {
  const on = filter.sort === by || filter.sort === of || (of === '-name' && filter.sort === 'name')
  const next = filter.sort === by ? undefined : by
  return (
    <Link
      to="/jobs"
      search={{ ...filter, sort: next }}
      replace
      title={next ? `Sort: ${WORDS[next]}` : 'Sort no more: what needs somebody first'}
      className={clsx('inline-flex items-center gap-1 hover:text-fg', on && 'text-fg')}
    >
      {children}
      {on && filter.sort && (
        <>
          <span className="sr-only">, {WORDS[filter.sort]}</span>
          <ArrowDown aria-hidden="true" className={clsx('size-3', filter.sort === '-name' && 'rotate-180')} />
        </>
      )}
    </Link>
  )
}
