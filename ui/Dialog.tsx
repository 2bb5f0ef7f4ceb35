import { clsx } from 'clsx'
import { X } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Button } from './primitives'

/** A modal on the platform's own <dialog>: focus is kept, Escape closes, the page behind is inert. */
export function Dialog({
  label,
  onClose,
  className,
  children,
}: {
  label: string
  onClose: () => void
  className?: string
  children: ReactNode
}) {
  const ref = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    ref.current?.showModal()
    // The browser goes to the first button, which is the way out: who opened a form came to fill it in.
    ref.current?.querySelector<HTMLElement>('form :is(input, select, textarea)')?.focus()
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the keyboard's way to close, and <dialog> has it
    <dialog
      ref={ref}
      aria-label={label}
      onClose={onClose}
      onClick={(e) => e.target === e.currentTarget && ref.current?.close()}
      className={clsx('border border-line-2 bg-raised p-0 text-fg shadow-pop backdrop:bg-scrim', className)}
    >
      {children}
    </dialog>
  )
}

/** A dialog with a title and a way out. */
export function Panel({
  title,
  onClose,
  children,
  wide,
}: {
  title: string
  onClose: () => void
  children: ReactNode
  wide?: boolean
}) {
  return (
    <Dialog
      label={title}
      onClose={onClose}
      className={clsx(
        'm-auto max-h-[86dvh] rounded-xl',
        wide ? 'w-[min(760px,94vw)]' : 'w-[min(520px,94vw)]',
      )}
    >
      <header className="flex items-center justify-between gap-3 border-b py-3 pr-3 pl-5">
        <h2 className="text-base font-semibold">{title}</h2>
        <Button kind="ghost" icon={<X />} aria-label="Close" onClick={onClose} />
      </header>
      <div className="p-5">{children}</div>
    </Dialog>
  )
}

/** A look at one thing beside the list it is in; the address holds which. */
export function SidePanel({
  label,
  onClose,
  children,
}: {
  label: string
  onClose: () => void
  children: ReactNode
}) {
  return (
    <Dialog
      label={label}
      onClose={onClose}
      className="mt-0 mr-0 mb-0 ml-auto h-dvh max-h-none w-[min(720px,100vw)] max-w-none"
    >
      {children}
    </Dialog>
  )
}

/** Asks before what can not be undone. With `type`, the name has to be typed. */
export function Confirm({
  title,
  action,
  type,
  pending,
  children,
  onConfirm,
  onClose,
}: {
  title: string
  action: string
  type?: string
  pending?: boolean
  children: ReactNode
  onConfirm: () => void
  onClose: () => void
}) {
  const [typed, setTyped] = useState('')
  return (
    <Panel title={title} onClose={onClose}>
      <form
        onSubmit={(e) => {
          e.preventDefault()
          if (!type || typed === type) onConfirm()
        }}
      >
        <div className="space-y-2 text-fg-2">{children}</div>
        {type && (
          <label className="mt-4 block">
            <span className="text-xs text-fg-3">
              Type <span className="font-mono text-fg">{type}</span> to go on
            </span>
            <input
              value={typed}
              onChange={(e) => setTyped(e.target.value)}
              autoComplete="off"
              className="mt-1 h-8 w-full rounded-md border border-line-2 bg-surface px-2.5 font-mono text-xs"
            />
          </label>
        )}
        <div className="mt-5 flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            kind="danger"
            pending={pending}
            reason={type && typed !== type ? `Type ${type} first` : false}
          >
            {action}
          </Button>
        </div>
      </form>
    </Panel>
  )
}
