import { now, useTicking } from '@ui/lib/clock'
import { absolute, ago, duration, hhmmss, ms, span } from '@ui/lib/time'
import { jobZone, localZone, useZone } from '@ui/lib/zone'
import type { PointerEvent } from 'react'

/** In every zone that may be meant, a line each. */
const both = (at: number) =>
  ['UTC', localZone(), jobZone()].flatMap((zone) => (zone ? absolute(at, zone) : [])).join('\n')

/** Written when it is pointed at: a list of thousands of moments scrolls without. */
const titled = (at: string) => (e: PointerEvent<HTMLElement>) => {
  e.currentTarget.title = both(ms(at))
}

/** A moment relative to the present, in both absolute forms when pointed at. */
export function Ago({
  at,
  none = 'never',
  className,
}: {
  at?: string | null
  none?: string
  className?: string
}) {
  const text = useTicking((now) => (at ? ago(ms(at), now) : none))
  if (!at) return <span className="text-fg-3">{none}</span>
  return (
    <time dateTime={at} onPointerEnter={titled(at)} className={className ?? 'num'}>
      {text}
    </time>
  )
}

/** How long something has been so: `for 3 h`. */
export function Since({ at }: { at: string }) {
  const text = useTicking((now) => span(now - ms(at)))
  return (
    <time dateTime={at} onPointerEnter={titled(at)} className="num">
      {text}
    </time>
  )
}

/** How long something has been going on: `24m 06s`, by the second. */
export function Elapsed({ from }: { from: string }) {
  const text = useTicking((now) => duration(Math.max(0, Math.floor((now - ms(from)) / 1000) * 1000)))
  return <span className="num">{text}</span>
}

/** A moment in full, in the zone that was chosen. */
export function At({ at, none = '–' }: { at?: string | null; none?: string }) {
  const zone = useZone()
  if (!at) return <span className="text-fg-3">{none}</span>
  return (
    <time dateTime={at} title={`${both(ms(at))}\n${ago(ms(at), now())}`} className="num">
      {absolute(ms(at), zone)}
    </time>
  )
}

/** The clock alone, in the zone that was chosen. */
export function Clock({ at, zone: given }: { at: string; zone?: string }) {
  const chosen = useZone()
  return (
    <time dateTime={at} title={both(ms(at))} className="num">
      {hhmmss(ms(at), given ?? chosen)}
    </time>
  )
}
