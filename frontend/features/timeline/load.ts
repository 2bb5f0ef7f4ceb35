import { zoneOffset } from '@ui/lib/time'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** When the zone's day of that moment began. On a day of 23 or 25 hours, an hour off at its other end. */
export function startOfDay(at: number, zone: string): number {
  const wall = at + zoneOffset(at, zone)
  const midnight = Math.floor(wall / DAY) * DAY
  return midnight - zoneOffset(midnight - zoneOffset(at, zone), zone)
}

/** Cells of five minutes as hours of twelve. */
export const dayGrid = (cells: number[]): number[][] =>
  Array.from({ length: 24 }, (_, hour) =>
    Array.from({ length: 12 }, (_, twelfth) => cells[hour * 12 + twelfth] ?? 0),
  )
