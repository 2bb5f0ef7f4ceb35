import { clsx } from 'clsx'
import { Check } from 'lucide-react'
import type { ReactNode } from 'react'

/** One of a few steps; done when the server says so, never by a click. */
export function Step({
  number,
  title,
  done,
  last,
  children,
}: {
  number: number
  title: string
  done: boolean
  last?: boolean
  children: ReactNode
}) {
  return (
    <li className="relative flex gap-4 pb-8">
      {!last && <span aria-hidden="true" className="absolute top-8 bottom-0 left-3.25 w-px bg-line-2" />}
      <span
        className={clsx(
          'grid size-7 shrink-0 place-items-center rounded-full text-xs font-semibold',
          done ? 'bg-ok-soft text-ok' : 'border border-line-2 text-fg-3',
        )}
      >
        {done ? <Check aria-hidden="true" className="size-4" /> : number}
        {done && <span className="sr-only">Done: </span>}
      </span>
      <section aria-label={title} className="min-w-0 flex-1 pt-0.5">
        <h3 className="font-medium">{title}</h3>
        <div className="mt-2 space-y-3 text-fg-2">{children}</div>
      </section>
    </li>
  )
}
