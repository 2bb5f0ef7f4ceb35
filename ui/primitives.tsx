import { clsx } from 'clsx'
import type { ComponentProps, ReactNode } from 'react'
import { Hint } from './Hint'

/** A framed part of a page, named by its heading. */
export function Card({
  title,
  aside,
  children,
  className,
  flush,
  label,
}: {
  title?: ReactNode
  aside?: ReactNode
  children: ReactNode
  className?: string
  /** Without inner padding: for rows that reach the frame. */
  flush?: boolean
  label?: string
}) {
  return (
    <section
      aria-label={label ?? (typeof title === 'string' ? title : undefined)}
      className={clsx('flex min-w-0 flex-col rounded-lg border bg-surface shadow-card', className)}
    >
      {title && (
        <header className="flex h-10 shrink-0 items-center justify-between gap-3 pr-3 pl-4">
          <h2 className="truncate text-sm font-medium">{title}</h2>
          <div className="flex shrink-0 items-center gap-2 text-xs text-fg-3">{aside}</div>
        </header>
      )}
      <div className={clsx('min-h-0 min-w-0 flex-1', !flush && 'px-4 pb-4', !flush && !title && 'pt-4')}>
        {children}
      </div>
    </section>
  )
}

export type Kind = 'solid' | 'line' | 'ghost' | 'danger'

/** How a button looks; links that act like buttons wear it too. */
export const buttonClass = (kind: Kind = 'line', { bare = false, small = false } = {}) =>
  clsx(
    'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap transition-colors [&_svg]:size-3.5 [&_svg]:shrink-0',
    'aria-disabled:opacity-50 disabled:opacity-50',
    small ? 'h-7 text-xs' : 'h-8 text-sm',
    bare ? (small ? 'w-7' : 'w-8') : 'px-2.5',
    kind === 'solid' && 'bg-solid text-solid-fg hover:opacity-90',
    kind === 'line' && 'border border-line-2 bg-surface text-fg hover:bg-hover',
    kind === 'ghost' && 'text-fg-2 hover:bg-hover hover:text-fg',
    kind === 'danger' && 'border border-line-2 bg-surface text-fail hover:bg-fail-soft',
  )

type ButtonProps = Omit<ComponentProps<'button'>, 'disabled'> & {
  kind?: Kind
  small?: boolean
  icon?: ReactNode
  /** Why it can not be used now: it stays in place, says so, and does nothing. */
  reason?: string | false
  pending?: boolean
}

export function Button({
  kind,
  small,
  icon,
  reason,
  pending,
  children,
  className,
  onClick,
  ...rest
}: ButtonProps) {
  const button = (
    <button
      type="button"
      aria-disabled={!!reason || undefined}
      aria-busy={pending || undefined}
      disabled={pending}
      onClick={(e) => (reason ? e.preventDefault() : onClick?.(e))}
      className={clsx(buttonClass(kind, { bare: !children, small }), className)}
      {...rest}
    >
      {icon}
      {children}
    </button>
  )
  // Wrapped whenever there may be a reason, so that it stays the same button when that comes or goes.
  return reason === undefined ? button : <Hint text={reason || undefined}>{button}</Hint>
}

export const Kbd = ({ children }: { children: ReactNode }) => (
  <kbd className="inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-sm border border-line-2 px-1 font-sans text-2xs text-fg-3">
    {children}
  </kbd>
)

export const Tag = ({ children, mono }: { children: ReactNode; mono?: boolean }) => (
  <span
    className={clsx(
      'inline-flex h-5 max-w-full items-center truncate rounded-sm bg-idle-soft px-1.5 whitespace-nowrap text-fg-2',
      mono ? 'font-mono text-2xs' : 'text-xs',
    )}
  >
    {children}
  </span>
)

/** Labels as Git has them: `team=data`. */
export const Labels = ({ of }: { of: Record<string, string> }) => (
  <span className="flex flex-wrap gap-1">
    {Object.entries(of).map(([key, value]) => (
      <Tag key={key} mono>
        {key}={value}
      </Tag>
    ))}
  </span>
)

/** One of a few, all in sight. */
export function Segmented<T extends string>({
  value,
  options,
  onChange,
  label,
}: {
  value: T
  options: readonly { value: T; label: ReactNode }[]
  onChange: (value: T) => void
  label: string
}) {
  return (
    <fieldset className="inline-flex h-8 min-w-0 shrink-0 items-center gap-0.5 rounded-md border bg-sunken p-0.5">
      <legend className="sr-only">{label}</legend>
      {options.map((o) => (
        <button
          key={o.value}
          type="button"
          aria-pressed={o.value === value}
          onClick={() => onChange(o.value)}
          className={clsx(
            'h-full rounded-[5px] px-2 text-xs font-medium whitespace-nowrap transition-colors',
            o.value === value
              ? 'bg-raised text-fg shadow-card ring-1 ring-line-2'
              : 'text-fg-3 hover:text-fg',
          )}
        >
          {o.label}
        </button>
      ))}
    </fieldset>
  )
}

/** A filter that is on or off. */
export const Chip = ({
  on,
  onClick,
  children,
}: {
  on: boolean
  onClick: () => void
  children: ReactNode
}) => (
  <button
    type="button"
    aria-pressed={on}
    onClick={onClick}
    className={clsx(
      'flex h-7 shrink-0 items-center gap-1.5 rounded-full border px-2.5 text-xs font-medium whitespace-nowrap',
      on ? 'border-line-2 bg-hover text-fg' : 'border-transparent text-fg-2 hover:bg-hover',
    )}
  >
    {children}
  </button>
)

/** Names and values in two columns. */
export const Facts = ({ children }: { children: ReactNode }) => (
  <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-sm [&_dd]:min-w-0 [&_dd]:text-right [&_dd]:break-words [&_dt]:text-fg-3">
    {children}
  </dl>
)

/** One fact; none when there is nothing to say. */
export const Fact = ({ name, children }: { name: string; children: ReactNode }) =>
  children == null || children === false ? null : (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )

/** A figure with its name above. */
export const Stat = ({ name, children }: { name: string; children: ReactNode }) => (
  <div>
    <dt className="label">{name}</dt>
    <dd className="num mt-1 text-xl font-medium tracking-tight whitespace-nowrap">{children}</dd>
  </div>
)

/** A commit's short name. */
export const Sha = ({ of }: { of: string }) => (
  <span className="font-mono text-xs text-accent" title={of}>
    {of.slice(0, 7)}
  </span>
)

/** Two letters of a person's name. */
export function Avatar({ name, size = 'size-6' }: { name: string; size?: string }) {
  const initials = name
    .split(/[\s.@_-]+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => word[0]?.toUpperCase())
    .join('')
  return (
    <span
      aria-hidden="true"
      className={clsx(
        'grid shrink-0 place-items-center rounded-full bg-accent-soft text-2xs font-semibold text-accent',
        size,
      )}
    >
      {initials}
    </span>
  )
}

/** What a part of a page will look like, while it is fetched: the same grid, and no shimmer. */
export const Skeleton = ({ className }: { className?: string }) => (
  <span aria-hidden="true" className={clsx('block rounded-md bg-line opacity-60', className)} />
)

/** Something worth knowing beside what it is about. */
export const Note = ({
  tone = 'idle',
  children,
}: {
  tone?: 'idle' | 'late' | 'fail' | 'ok' | 'run'
  children: ReactNode
}) => (
  <div
    className={clsx(
      'rounded-md px-3 py-2 text-xs',
      {
        idle: 'bg-idle-soft text-fg-2',
        late: 'bg-late-soft text-late',
        fail: 'bg-fail-soft text-fail',
        ok: 'bg-ok-soft text-ok',
        run: 'bg-run-soft text-run',
      }[tone],
    )}
  >
    {children}
  </div>
)
