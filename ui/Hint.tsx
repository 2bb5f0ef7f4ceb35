import { type ReactNode, useId, useRef } from 'react'

/** A word on why or what, shown beside its child when that is pointed at or focused. */
export function Hint({ text, children }: { text?: string; children: ReactNode }) {
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const anchor = `--${id.replace(/[^a-z0-9]/gi, '')}`
  const show = () => text && (box.current?.matches(':popover-open') || box.current?.showPopover())
  const hide = () => box.current?.matches(':popover-open') && box.current.hidePopover()
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only watches for pointer and focus; the child acts
    <span
      className="inline-flex"
      style={{ anchorName: anchor } as React.CSSProperties}
      onPointerEnter={show}
      onPointerLeave={hide}
      onFocus={show}
      onBlur={hide}
      ref={(el) => {
        if (text) el?.firstElementChild?.setAttribute('aria-describedby', id)
        else el?.firstElementChild?.removeAttribute('aria-describedby')
      }}
    >
      {children}
      <div
        ref={box}
        id={id}
        role="tooltip"
        popover="manual"
        style={{ positionAnchor: anchor } as React.CSSProperties}
        className="hint max-w-72 rounded-md border border-line-2 bg-raised px-2.5 py-1.5 text-xs font-normal whitespace-normal text-fg-2 shadow-pop"
      >
        {text}
      </div>
    </span>
  )
}
