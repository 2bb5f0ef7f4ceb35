import { clsx } from 'clsx'
import { type ReactNode, useState } from 'react'

/** A row that can be chosen. The box stands over its status, and only where somebody may want it: thousands scroll without. */
export function Choosable({
  name,
  chosen,
  choosing,
  onChoose,
  children,
}: {
  name: string
  chosen: boolean
  /** Any row is chosen. */
  choosing: boolean
  /** It is chosen, or not any more; with `through`, and all between it and the one before. */
  onChoose: (through: boolean) => void
  children: ReactNode
}) {
  const [near, setNear] = useState(false)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only notices that what is in it is looked at
    <div
      className="relative h-full"
      onPointerEnter={() => setNear(true)}
      onPointerLeave={() => setNear(false)}
      onFocus={() => setNear(true)}
      onBlur={(e) => e.currentTarget.contains(e.relatedTarget) || setNear(false)}
    >
      {children}
      {(near || choosing) && (
        <label
          className={clsx(
            'absolute inset-y-1 left-4 hidden w-8 place-items-center rounded-md md:grid',
            chosen ? 'bg-line' : near ? 'bg-hover' : 'bg-surface',
          )}
        >
          <input
            type="checkbox"
            checked={chosen}
            aria-label={`Choose ${name}`}
            className="size-4 accent-accent"
            onClick={(e) => onChoose(e.shiftKey)}
            onChange={() => {}}
          />
        </label>
      )}
    </div>
  )
}
