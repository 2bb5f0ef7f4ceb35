import { clsx } from 'clsx'
import { ChevronsUpDown, Search } from 'lucide-react'
import type { ReactNode } from 'react'
import { Logo } from './Logo'
import { Kbd } from './primitives'

/** The frame both applications share: a rail, a page. It knows no routes and no API. */
export function Shell({
  name,
  switcher,
  nav,
  tabs,
  foot,
  banner,
  onSearch,
  onMenu,
  children,
}: {
  name: string
  /** What stands where the tenant's name is. */
  switcher: ReactNode
  nav: ReactNode
  tabs: ReactNode
  foot: ReactNode
  banner?: ReactNode
  onSearch: () => void
  /** Opens what a phone has no room for. */
  onMenu: () => void
  children: ReactNode
}) {
  return (
    <div className="flex h-dvh flex-col md:flex-row">
      <a
        href="#page"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:rounded-md focus:bg-solid focus:px-3 focus:py-1.5 focus:text-solid-fg"
      >
        Skip to content
      </a>
      <aside aria-label="Rail" className="hidden w-56 shrink-0 flex-col px-3 pt-3 pb-3 md:flex">
        {switcher}
        <button
          type="button"
          onClick={onSearch}
          className="mt-2.5 mb-3 flex h-8 shrink-0 items-center gap-2 rounded-md border bg-surface px-2 text-fg-3 hover:border-line-2"
        >
          <Search className="size-3.5" />
          <span className="flex-1 truncate text-left text-sm">Search</span>
          <Kbd>{/Mac|iP/.test(navigator.platform) ? '⌘' : 'Ctrl'}</Kbd>
          <Kbd>K</Kbd>
        </button>
        <nav aria-label="Main" className="scroll-thin -mx-1 flex-1 overflow-y-auto px-1">
          {nav}
        </nav>
        {foot}
      </aside>
      <header className="flex h-12 shrink-0 items-center gap-2.5 px-4 md:hidden">
        <button
          type="button"
          onClick={onMenu}
          aria-haspopup="dialog"
          aria-label={`Menu of ${name}`}
          className="-ml-1.5 flex h-9 min-w-0 flex-1 items-center gap-2.5 rounded-md px-1.5 text-left"
        >
          <Logo size={22} />
          <span className="truncate text-sm font-semibold">{name}</span>
          <ChevronsUpDown aria-hidden="true" className="size-3.5 shrink-0 text-fg-3" />
        </button>
        <button
          type="button"
          onClick={onSearch}
          aria-label="Search"
          className="grid size-9 place-items-center rounded-md text-fg-2"
        >
          <Search className="size-4" />
        </button>
      </header>
      <main
        id="page"
        tabIndex={-1}
        className="flex min-h-0 min-w-0 flex-1 flex-col overflow-hidden bg-surface outline-none max-md:border-t md:my-2 md:mr-2 md:rounded-xl md:border md:shadow-card"
      >
        {banner}
        {children}
      </main>
      <nav
        aria-label="Main"
        className="grid h-14 shrink-0 auto-cols-fr grid-flow-col border-t bg-canvas pb-[env(safe-area-inset-bottom)] md:hidden"
      >
        {tabs}
      </nav>
    </div>
  )
}

export const navItem = (active: boolean) =>
  clsx(
    'flex h-7.5 w-full items-center gap-2.5 rounded-md px-2 text-sm [&_svg]:size-4',
    active
      ? 'bg-line font-medium text-fg [&_svg]:text-fg'
      : 'text-fg-2 hover:bg-hover hover:text-fg [&_svg]:text-fg-3',
  )

/** A page's first line: what it is, and what can be done here. */
export function PageHead({ title, actions }: { title: ReactNode; actions?: ReactNode }) {
  return (
    <header className="flex h-13 shrink-0 items-center gap-3 border-b px-4 md:px-6">
      <div className="min-w-0 flex-1">{title}</div>
      <div className="flex items-center gap-2">{actions}</div>
    </header>
  )
}

export const PageTitle = ({ children }: { children: ReactNode }) => (
  <h1 className="truncate text-base font-semibold" tabIndex={-1}>
    {children}
  </h1>
)

/** A page's scrolling part. One with nothing in it to focus is focused itself, so that keys scroll it: `label` names it. */
export const PageBody = ({
  children,
  className,
  label,
}: {
  children: ReactNode
  className?: string
  label?: string
}) => (
  <div
    className={clsx('scroll-thin min-h-0 flex-1 overflow-auto', className)}
    {...(label === undefined ? {} : { tabIndex: 0, role: 'region', 'aria-label': label })}
  >
    {children}
  </div>
)
