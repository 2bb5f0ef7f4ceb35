import { ms, zoneOffset } from './time'

/** A moment as a clock of that zone shows it, the way an input for dates holds it. */
export const wallOf = (iso: string, zone: string) =>
  new Date(ms(iso) + zoneOffset(ms(iso), zone)).toISOString().slice(0, 16)

/** The moment at which a clock of that zone shows it. */
export function instantOf(wall: string, zone: string): string | undefined {
  const at = Date.parse(`${wall}Z`)
  if (Number.isNaN(at)) return undefined
  const near = at - zoneOffset(at, zone)
  // Where the clock was changed between the two, the offset of the moment itself holds.
  return new Date(at - zoneOffset(near, zone)).toISOString()
}
