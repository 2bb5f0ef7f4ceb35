import { Link, type LinkProps, useLocation } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'

/** Tabs are links: each has an address, and the middle button opens it beside. */
export function TabLinks({
  label,
  tabs,
}: {
  label: string
  tabs: { link: LinkProps; text: string; exact?: boolean; badge?: string | number | null }[]
}) {
  const bar = useRef<HTMLElement>(null)
  const { pathname } = useLocation()
  useEffect(() => {
    // On a phone the bar scrolls, and the tab one is on has to be in sight.
    const tabs = [...(bar.current?.querySelectorAll('a') ?? [])]
    tabs
      .find((tab) => tab.pathname.endsWith(pathname))
      ?.scrollIntoView({ inline: 'nearest', block: 'nearest' })
  }, [pathname])
  return (
    <nav ref={bar} aria-label={label} className="no-bar mt-3 flex gap-5 overflow-x-auto border-b text-sm">
      {tabs.map((t) => (
        <Link
          key={t.text}
          {...t.link}
          activeOptions={{ exact: t.exact, includeSearch: false }}
          className="-mb-px flex items-center gap-1.5 border-b-2 pb-2 whitespace-nowrap outline-offset-[-2px]"
          activeProps={{ className: 'border-fg font-medium text-fg', 'aria-current': 'page' }}
          inactiveProps={{ className: 'border-transparent text-fg-3 hover:text-fg' }}
        >
          {t.text}
          {t.badge ? (
            <span className="num rounded-full bg-fail-soft px-1.5 text-2xs font-medium text-fail">
              {t.badge}
            </span>
          ) : null}
        </Link>
      ))}
    </nav>
  )
}
