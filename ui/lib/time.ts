// Every instant comes from the server as RFC 3339; nothing here computes a schedule.

/** Milliseconds since the epoch of an RFC 3339 instant. */
export const ms = (iso: string) => Date.parse(iso)

const formats = new Map<string, Intl.DateTimeFormat>()
function format(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = zone + JSON.stringify(options)
  let found = formats.get(key)
  if (!found) {
    found = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', ...options })
    formats.set(key, found)
  }
  return found
}

const HM = { hour: '2-digit', minute: '2-digit' } as const
const HMS = { ...HM, second: '2-digit' } as const

export const hhmm = (at: number, zone = 'UTC') => format(zone, HM).format(at)
export const hhmmss = (at: number, zone = 'UTC') => format(zone, HMS).format(at)
export const day = (at: number, zone = 'UTC') =>
  format(zone, { weekday: 'short', day: 'numeric', month: 'short' }).format(at).replace(',', '')
export const weekday = (at: number, zone = 'UTC') => format(zone, { weekday: 'long' }).format(at)
export const date = (at: number, zone = 'UTC') =>
  format(zone, { day: 'numeric', month: 'short', year: 'numeric' }).format(at)
export const isoDay = (at: number, zone = 'UTC') => {
  const parts = format(zone, { year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(at)
  const part = (type: string) => parts.find((p) => p.type === type)?.value
  return `${part('year')}-${part('month')}-${part('day')}`
}

/** Date and time in one line, with the zone's name: what a title or a details list shows. */
export const absolute = (at: number, zone = 'UTC') =>
  `${date(at, zone)}, ${hhmmss(at, zone)} ${zone === 'UTC' ? 'UTC' : zoneName(at, zone)}`

/** `CEST`, `GMT+2`: what the zone is called at that moment. */
export const zoneName = (at: number, zone: string) =>
  format(zone, { timeZoneName: 'short', hour: '2-digit' })
    .formatToParts(at)
    .find((p) => p.type === 'timeZoneName')?.value ?? zone

/** Milliseconds the wall clock of `zone` is ahead of UTC at that moment. */
export function zoneOffset(at: number, zone: string): number {
  if (zone === 'UTC') return 0
  const parts = format(zone, { year: 'numeric', month: 'numeric', day: 'numeric', ...HMS }).formatToParts(at)
  const n = (type: string) => Number(parts.find((p) => p.type === type)?.value)
  const wall = Date.UTC(n('year'), n('month') - 1, n('day'), n('hour'), n('minute'), n('second'))
  return wall - Math.floor(at / 1000) * 1000
}

/** `6m 52s`, `4.2s`, `412ms`: no space inside a unit, the two largest alone. */
export function duration(length: number | null | undefined): string {
  if (length == null) return '–'
  if (length < 1000) return `${Math.round(length)}ms`
  const s = length / 1000
  if (s < 9.95) return `${s.toFixed(1)}s`
  if (s < 59.5) return `${Math.round(s)}s`
  const whole = Math.round(s)
  const m = Math.floor(whole / 60)
  if (m < 60) return `${m}m ${String(whole % 60).padStart(2, '0')}s`
  const h = Math.floor(m / 60)
  if (h < 48) return `${h}h ${String(m % 60).padStart(2, '0')}m`
  return `${Math.floor(h / 24)}d ${h % 24}h`
}

/** How long between two moments, in the largest unit: `12 s`, `5 min`, `3 h`, `2 d`. */
export function span(length: number): string {
  const s = Math.abs(length) / 1000
  if (s < 59.5) return `${Math.round(s)} s`
  if (s < 3570) return `${Math.round(s / 60)} min`
  if (s < 84_600) return `${Math.round(s / 3600)} h`
  return `${Math.round(s / 86_400)} d`
}

/** `3 h ago`, `in 5 min`, `now`. */
export function ago(at: number, now: number): string {
  if (Math.abs(now - at) < 1500) return 'now'
  return at <= now ? `${span(now - at)} ago` : `in ${span(at - now)}`
}

const numbers = new Intl.NumberFormat('en-US')
export const int = (n: number) => numbers.format(n)

/** `12.4 MB`: decimal units, as disks and networks are counted. */
export function bytes(n: number): string {
  if (n < 1000) return `${n} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  let value = n
  let unit = -1
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`
}

/** `1 job`, `3 jobs`. */
export const count = (n: number, one: string, many = `${one}s`) => `${int(n)} ${n === 1 ? one : many}`
