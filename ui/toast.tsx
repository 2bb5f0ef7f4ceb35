import { X } from 'lucide-react'
import { useEffect, useRef, useSyncExternalStore } from 'react'

type Toast = { id: number; text: string; tone: 'ok' | 'fail'; action?: { label: string; run: () => void } }

let list: Toast[] = []
let next = 1
const listeners = new Set<() => void>()
const set = (toasts: Toast[]) => {
  list = toasts
  for (const tell of listeners) tell()
}
const drop = (id: number) => set(list.filter((t) => t.id !== id))

/** Says in passing that something was done, or that it was not. */
export function toast(text: string, rest: Partial<Omit<Toast, 'id' | 'text'>> = {}) {
  const id = next++
  set([...list.slice(-2), { id, text, tone: 'ok', ...rest }])
  setTimeout(drop, rest.tone === 'fail' ? 12_000 : 5000, id)
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

export function Toasts() {
  const toasts = useSyncExternalStore(subscribe, () => list)
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // Shown again, it lies above a dialog that was opened since.
    if (ref.current?.matches(':popover-open')) ref.current.hidePopover()
    if (toasts.length) ref.current?.showPopover()
  }, [toasts])
  return (
    <div
      ref={ref}
      popover="manual"
      role="status"
      className="inset-auto right-4 bottom-4 m-0 space-y-2 bg-transparent p-0 max-md:bottom-18"
    >
      {toasts.map((t) => (
        <div
          key={t.id}
          className="flex max-w-[calc(100vw-2rem)] min-w-72 items-center gap-3 rounded-lg border border-line-2 bg-raised py-2 pr-2 pl-3.5 text-sm text-fg shadow-pop"
        >
          <span
            aria-hidden="true"
            className={`size-2 shrink-0 rounded-full ${t.tone === 'fail' ? 'bg-fail-fill' : 'bg-ok-fill'}`}
          />
          <span className="flex-1">{t.text}</span>
          {t.action && (
            <button
              type="button"
              className="font-medium text-accent"
              onClick={() => {
                t.action?.run()
                drop(t.id)
              }}
            >
              {t.action.label}
            </button>
          )}
          <button
            type="button"
            aria-label="Dismiss"
            onClick={() => drop(t.id)}
            className="grid size-6 place-items-center rounded-sm text-fg-3 hover:bg-hover"
          >
            <X className="size-3.5" />
          </button>
        </div>
      ))}
    </div>
  )
}
