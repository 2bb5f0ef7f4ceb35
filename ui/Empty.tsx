import type { ReactNode } from 'react'
import { Button } from './primitives'

/** What a page is for, when there is nothing in it yet: a sentence, a way in, and no picture. */
export function Empty({
  title,
  children,
  action,
}: {
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className="mx-auto flex w-full min-w-0 max-w-xl flex-col items-start gap-3 px-6 py-14 md:py-20">
      <h2 className="text-lg font-semibold tracking-tight">{title}</h2>
      {children && <div className="w-full space-y-3 text-fg-2">{children}</div>}
      {action && <div className="mt-1 flex flex-wrap gap-2">{action}</div>}
    </div>
  )
}

/** A list whose filters leave nothing. */
export const NoMatch = ({ children, onClear }: { children: ReactNode; onClear?: () => void }) => (
  <div className="flex flex-col items-center gap-3 px-6 py-16 text-center text-fg-2">
    <p>{children}</p>
    {onClear && <Button onClick={onClear}>Clear filters</Button>}
  </div>
)

/** What went wrong, in the server's words, with what finds it in the server's log. */
export function Trouble({
  title,
  detail,
  requestId,
  onRetry,
}: {
  title: string
  detail?: string
  requestId?: string
  onRetry?: () => void
}) {
  return (
    <div role="alert" className="mx-auto flex max-w-xl flex-col items-start gap-2 px-6 py-14">
      <h2 className="text-lg font-semibold tracking-tight">{title}</h2>
      {detail && <p className="text-fg-2">{detail}</p>}
      {requestId && (
        <p className="text-xs text-fg-3">
          Request <span className="font-mono select-all">{requestId}</span>
        </p>
      )}
      {onRetry && (
        <Button className="mt-2" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  )
}
