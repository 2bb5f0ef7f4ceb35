import { rowsOf } from '@app/api/queries/list'
import { incidentsQuery } from '@app/api/queries/monitoring'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { navItem } from '@ui/Shell'
import { ON_PHONES, PLACES } from './map'

/** How many incidents are open and taken by nobody; `20+` when there are more than a page of them. */
function useOpenIncidents(): string | null {
  const { data } = useInfiniteQuery({ ...incidentsQuery({ state: 'open' }, 20), staleTime: 10_000 })
  const n = rowsOf(data).length
  if (n === 0) return null
  return data?.pages.at(-1)?.next_cursor ? `${n}+` : String(n)
}

export function Nav() {
  const open = useOpenIncidents()
  const groups = [...new Set(PLACES.map((p) => p.group))]
  return groups.map((group) => (
    <div key={group} className="mb-4">
      {group !== 'main' && <div className="label mb-1 px-2">{group}</div>}
      <ul className="space-y-px">
        {PLACES.filter((p) => p.group === group).map((p) => (
          <li key={p.to}>
            <Link
              to={p.to}
              activeOptions={{ exact: p.to === '/', includeSearch: false }}
              activeProps={{ className: navItem(true), 'aria-current': 'page' }}
              inactiveProps={{ className: navItem(false) }}
            >
              <p.icon aria-hidden="true" />
              <span className="flex-1">{p.label}</span>
              {p.to === '/incidents' && open && (
                <span className="num rounded-full bg-fail-soft px-1.5 text-2xs font-medium text-fail">
                  {open}
                  <span className="sr-only"> open</span>
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  ))
}

export function Tabs() {
  const open = useOpenIncidents()
  return PLACES.filter((p) => ON_PHONES.includes(p.to)).map((p) => (
    <Link
      key={p.to}
      to={p.to}
      activeOptions={{ exact: p.to === '/', includeSearch: false }}
      className="relative flex flex-col items-center justify-center gap-0.5 text-2xs [&_svg]:size-5"
      activeProps={{ className: 'text-fg', 'aria-current': 'page' }}
      inactiveProps={{ className: 'text-fg-3' }}
    >
      <p.icon aria-hidden="true" />
      {p.label}
      {p.to === '/incidents' && open && (
        <span className="absolute top-1.5 left-[calc(50%+4px)] rounded-full bg-fail-fill px-1 text-[10px] leading-4 font-semibold text-canvas">
          {open}
        </span>
      )}
    </Link>
  ))
}
