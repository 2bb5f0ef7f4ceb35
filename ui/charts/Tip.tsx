import type { ReactNode } from 'react'

/** What is said of the mark under the pointer. */
export const Tip = ({
  x,
  top,
  width,
  children,
}: {
  x: number
  top: number
  width: number
  children: ReactNode
}) => (
  <div
    className="pointer-events-none absolute z-10 rounded-md border border-line-2 bg-raised px-2.5 py-1.5 text-xs whitespace-nowrap shadow-pop"
    style={{ left: Math.max(0, Math.min(width - 220, x)), top }}
  >
    {children}
  </div>
)
