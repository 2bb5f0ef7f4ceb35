import { clsx } from 'clsx'
import { Check, Copy as CopyIcon } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button } from './primitives'

/** Copies a text; says for a moment that it did. */
export function Copy({
  text,
  label = 'Copy',
  kind = 'ghost',
}: {
  text: string
  label?: string
  kind?: 'ghost' | 'line'
}) {
  const [done, setDone] = useState(false)
  useEffect(() => {
    if (!done) return
    const timer = setTimeout(setDone, 1600, false)
    return () => clearTimeout(timer)
  }, [done])
  return (
    <Button
      kind={kind}
      small
      aria-label={done ? 'Copied' : label}
      icon={done ? <Check className="text-ok" /> : <CopyIcon />}
      onClick={() => void copy(text).then(() => setDone(true))}
    />
  )
}

/** On plain HTTP there is no clipboard interface; selecting and copying still works there. */
async function copy(text: string) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text)
  const area = document.createElement('textarea')
  area.value = text
  document.querySelector('dialog[open]')?.append(area) ?? document.body.append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
}

/** Text to take along, whole: scrolled rather than wrapped, so that a copied line is one line. */
export function Snippet({
  text,
  label,
  className,
  wrap,
}: {
  text: string
  label: string
  className?: string
  wrap?: boolean
}) {
  return (
    <div className={clsx('group relative rounded-md border bg-sunken', className)}>
      <pre
        tabIndex={0}
        aria-label={label}
        role="region"
        className={clsx(
          'scroll-thin overflow-x-auto py-2.5 pr-11 pl-3 font-mono text-xs leading-5',
          wrap && 'break-all whitespace-pre-wrap',
        )}
      >
        {text}
      </pre>
      <div className="absolute top-1.5 right-1.5 rounded-md bg-sunken">
        <Copy text={text} label={`Copy ${label}`} />
      </div>
    </div>
  )
}

/** A secret that is shown this once. */
export function Secret({
  text,
  label,
  children,
}: {
  text: string
  label: string
  children?: React.ReactNode
}) {
  return (
    <div className="rounded-md border border-late-fill/50 bg-late-soft p-3">
      <p className="mb-2 text-xs font-medium text-late">
        {children ?? 'Copy it now: it is shown this once and kept nowhere in readable form.'}
      </p>
      <Snippet text={text} label={label} wrap />
    </div>
  )
}
