import { utcTicks } from 'd3-time'
import { zoneOffset } from './time'

/** Whole minutes, hours or days of the zone's wall clock between two moments, about `count` of them. */
export function timeTicks(from: number, to: number, count: number, zone = 'UTC'): number[] {
  const shift = zoneOffset(from, zone)
  return (
    utcTicks(new Date(from + shift), new Date(to + shift), Math.max(1, count))
      // The wall clock of a tick after a change to or from summer time has another offset.
      .map((wall) => wall.getTime() - zoneOffset(wall.getTime() - shift, zone))
      .filter((at) => at >= from && at <= to)
  )
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400]

/** Ticks of an axis of durations: whole seconds, minutes or hours, from nothing to `max` milliseconds. */
export function durationTicks(max: number, count: number): number[] {
  if (max < 1000) {
    const step = [10, 20, 50, 100, 200, 500].find((s) => max / s <= count) ?? 500
    return range(max, step)
  }
  const step = (STEPS.find((s) => max / (s * 1000) <= count) ?? 86_400) * 1000
  return range(max, step)
}

/** Ticks of an axis of counts: round whole numbers from nothing to `max`, about `count` of them. */
export function countTicks(max: number, count: number): number[] {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, max / count))))
  const step = [1, 2, 5, 10].map((m) => m * unit).find((s) => max / s <= count * 1.5) ?? 10 * unit
  return range(max, step)
}

function range(max: number, step: number) {
  const out: number[] = []
  for (let at = 0; at <= max; at += step) out.push(at)
  return out
}
