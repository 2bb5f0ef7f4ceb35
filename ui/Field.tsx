import { clsx } from 'clsx'
import { type ComponentProps, createContext, type ReactNode, useContext, useId } from 'react'

/** What is wrong field by field: the server's words, by the name of the field. */
export const FieldErrors = createContext<Record<string, string>>({})

const box = (wrong: boolean) =>
  clsx(
    'mt-1 w-full rounded-md border bg-surface px-2.5 text-sm placeholder:text-fg-3',
    wrong ? 'border-fail-fill' : 'border-line-2 hover:border-fg-3',
  )

function Frame({
  id,
  label,
  help,
  error,
  children,
}: {
  id: string
  label: string
  help?: ReactNode
  error?: string
  children: ReactNode
}) {
  return (
    <div>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children}
      {/* What is wrong stands where the help stood, so nothing moves. */}
      {(error || help) && (
        <p id={`${id}-help`} className={clsx('mt-1 text-xs', error ? 'text-fail' : 'text-fg-3')}>
          {error ?? help}
        </p>
      )}
    </div>
  )
}

type Words = { name: string; label: string; help?: ReactNode }

/** One line of text, with its label above, its help below, and the server's complaint instead of the help. */
export function Field({ name, label, help, className, ...rest }: Words & ComponentProps<'input'>) {
  const id = useId()
  const error = useContext(FieldErrors)[name]
  return (
    <Frame id={id} label={label} help={help} error={error}>
      <input
        id={id}
        name={name}
        aria-invalid={!!error}
        aria-describedby={error || help ? `${id}-help` : undefined}
        className={clsx('h-9', box(!!error), className)}
        {...rest}
      />
    </Frame>
  )
}

export function TextArea({ name, label, help, className, ...rest }: Words & ComponentProps<'textarea'>) {
  const id = useId()
  const error = useContext(FieldErrors)[name]
  return (
    <Frame id={id} label={label} help={help} error={error}>
      <textarea
        id={id}
        name={name}
        aria-invalid={!!error}
        aria-describedby={error || help ? `${id}-help` : undefined}
        className={clsx('min-h-20 py-2 font-mono text-xs', box(!!error), className)}
        {...rest}
      />
    </Frame>
  )
}

export function Select({
  name,
  label,
  help,
  options,
  ...rest
}: Words & { options: readonly { value: string; label: string }[] } & ComponentProps<'select'>) {
  const id = useId()
  const error = useContext(FieldErrors)[name]
  return (
    <Frame id={id} label={label} help={help} error={error}>
      <select
        id={id}
        name={name}
        aria-invalid={!!error}
        aria-describedby={error || help ? `${id}-help` : undefined}
        className={clsx('h-9', box(!!error))}
        {...rest}
      >
        {options.map((o) => (
          <option key={o.value} value={o.value}>
            {o.label}
          </option>
        ))}
      </select>
    </Frame>
  )
}

export function Check({ name, label, help, ...rest }: Words & ComponentProps<'input'>) {
  const id = useId()
  return (
    <div className="flex gap-2.5">
      <input id={id} name={name} type="checkbox" className="mt-0.5 size-4 shrink-0 accent-accent" {...rest} />
      <label htmlFor={id} className="text-sm">
        <span className="font-medium">{label}</span>
        {help && <span className="block text-xs text-fg-3">{help}</span>}
      </label>
    </div>
  )
}

/** What is typed to make a list shorter. */
export function SearchBox({
  label,
  keys,
  className,
  ...rest
}: { label: string; keys?: ReactNode } & ComponentProps<'input'>) {
  return (
    <label
      className={clsx(
        'flex h-8 min-w-0 items-center gap-2 rounded-md border border-line-2 bg-surface px-2.5 focus-within:border-accent',
        className,
      )}
    >
      <svg viewBox="0 0 16 16" className="size-3.5 shrink-0 text-fg-3" aria-hidden="true">
        <path
          d="M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9Zm3.3 7.8 3.2 3.2"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.5"
          strokeLinecap="round"
        />
      </svg>
      <input
        type="search"
        aria-label={label}
        autoComplete="off"
        spellCheck={false}
        className="w-full min-w-0 bg-transparent text-sm outline-none placeholder:text-fg-3 [&::-webkit-search-cancel-button]:hidden"
        {...rest}
      />
      {keys}
    </label>
  )
}
