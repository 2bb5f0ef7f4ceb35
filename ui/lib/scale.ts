/** A straight line from values to pixels, and back. */
export type Scale = ((value: number) => number) & { invert: (pixel: number) => number }

/** `linear([0, 100], [0, 400])(25)` is 100. Where all values are one, it is drawn at the first pixel. */
export function linear([from, to]: [number, number], [first, last]: [number, number]): Scale {
  const slope = to === from ? 0 : (last - first) / (to - from)
  const at = (value: number) => first + (value - from) * slope
  return Object.assign(at, {
    invert: (pixel: number) => (slope === 0 ? from : from + (pixel - first) / slope),
  })
}
