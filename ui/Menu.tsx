import { Check } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react'

export type MenuItem = {
  label: string
  icon?: ReactNode
  keys?: string
  danger?: boolean
  /** It is the one chosen now. */
  on?: boolean
  /** Why it can not be chosen. */
  reason?: string | false
  onSelect: () => void
}

/** A menu on the popover API: the top layer, light dismiss and placement are the browser's; roving focus is ours. */
export function Menu({
  label,
  trigger,
  className,
  items,
}: {
  label: string
  trigger: ReactNode
  className?: string
  items: MenuItem[]
}) {
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const entries = () => [...(box.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])]
  const onKeyDown = (e: KeyboardEvent) => {
    const all = entries()
    const to = target(e.key, all, all.indexOf(document.activeElement as HTMLElement))
    if (e.key === 'Tab') box.current?.hidePopover()
    if (to < 0) return
    e.preventDefault()
    all[to]?.focus()
  }
  return (
    <>
      <button type="button" popoverTarget={id} aria-haspopup="menu" aria-label={label} className={className}>
        {trigger}
      </button>
      <div
        ref={box}
        id={id}
        popover="auto"
        role="menu"
        aria-label={label}
        tabIndex={-1}
        onKeyDown={onKeyDown}
        onToggle={(e) => e.newState === 'open' && entries()[0]?.focus()}
        className="pop min-w-44 rounded-lg border border-line-2 bg-raised p-1 text-sm text-fg shadow-pop"
      >
        {items.map((item) => (
          // biome-ignore lint/a11y/useAriaPropsSupportedByRole: a menuitemradio has aria-checked; a menuitem gets none
          <button
            key={item.label}
            type="button"
            role={item.on === undefined ? 'menuitem' : 'menuitemradio'}
            aria-checked={item.on}
            tabIndex={-1}
            aria-disabled={!!item.reason}
            title={item.reason || undefined}
            onClick={() => {
              if (item.reason) return
              box.current?.hidePopover()
              item.onSelect()
            }}
            className={`flex h-8 w-full items-center gap-2.5 rounded-md px-2 text-left outline-none hover:bg-hover focus:bg-line aria-disabled:opacity-50 [&_svg]:size-3.5 ${item.danger ? 'text-fail' : ''}`}
          >
            {item.icon}
            <span className="flex-1 truncate">{item.label}</span>
            {item.on && <Check aria-hidden="true" />}
            {item.keys && <kbd className="font-sans text-2xs text-fg-3">{item.keys}</kbd>}
          </button>
        ))}
      </div>
    </>
  )
}

/** Where a key leads from entry `at`: arrows round, Home and End, or the next entry that begins with a letter. */
function target(key: string, all: HTMLElement[], at: number): number {
  if (key === 'ArrowDown') return (at + 1) % all.length
  if (key === 'ArrowUp') return (at - 1 + all.length) % all.length
  if (key === 'Home') return 0
  if (key === 'End') return all.length - 1
  if (key.length !== 1 || key === ' ') return -1
  const begins = (el: HTMLElement) => el.textContent?.toLowerCase().startsWith(key.toLowerCase())
  const after = all.findIndex((el, i) => i > at && begins(el))
  return after >= 0 ? after : all.findIndex(begins)
}
