const HOUR = 3_600_000

/** How much time the lanes show; a seventh of it lies ahead. */
export const SPANS = {
  '1h': { label: '1 h', ms: HOUR },
  '12h': { label: '12 h', ms: 14 * HOUR },
  '3d': { label: '3 d', ms: 84 * HOUR },
  '30d': { label: '30 d', ms: 30 * 24 * HOUR },
} as const

export type SpanName = keyof typeof SPANS
export const isSpan = (v: unknown): v is SpanName => typeof v === 'string' && v in SPANS
export const SPAN_OPTIONS = (Object.keys(SPANS) as SpanName[]).map((value) => ({
  value,
  label: SPANS[value].label,
}))

/** The narrowest window that shows `length` milliseconds; none when it is shown already. */
export const narrower = (length: number): SpanName =>
  (Object.keys(SPANS) as SpanName[]).find((name) => SPANS[name].ms >= length) ?? '30d'
