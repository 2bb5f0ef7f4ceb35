import { ChevronRight } from 'lucide-react'
import { Fragment, type ReactNode } from 'react'

/** The way back up, from the broadest on. */
export const Crumbs = ({ children }: { children: ReactNode[] }) => (
  <nav
    aria-label="Breadcrumb"
    className="flex min-w-0 items-center gap-1.5 text-sm whitespace-nowrap text-fg-3 [&_a:hover]:text-fg"
  >
    {children.map((child, i) => (
      <Fragment key={i}>
        {i > 0 && (
          <ChevronRight aria-hidden="true" className={`size-3.5 shrink-0 ${i > 1 ? 'max-md:hidden' : ''}`} />
        )}
        <span className={i > 1 ? 'truncate max-md:hidden' : 'truncate'}>{child}</span>
      </Fragment>
    ))}
  </nav>
)
