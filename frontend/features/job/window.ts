/** How much of a job's time is shown. */
export const WINDOWS = {
  '3h': { label: '3 h', ms: 3 * 3_600_000 },
  '12h': { label: '12 h', ms: 12 * 3_600_000 },
  '3d': { label: '3 d', ms: 3 * 86_400_000 },
  '30d': { label: '30 d', ms: 30 * 86_400_000 },
} as const

export type WindowName = keyof typeof WINDOWS

export const isWindow = (v: unknown): v is WindowName => typeof v === 'string' && v in WINDOWS

export const WINDOW_OPTIONS = (Object.keys(WINDOWS) as WindowName[]).map((value) => ({
  value,
  label: WINDOWS[value].label,
}))

/** The window in which about a dozen runs fit, by how far apart the next ones are. */
export function fitting(starts: number[]): WindowName {
  const gaps = starts.slice(1).map((t, i) => t - (starts[i] ?? t))
  const usual = gaps.filter((g) => g > 0).sort((a, b) => a - b)[Math.floor(gaps.length / 2)]
  if (!usual) return '3d'
  const names = Object.keys(WINDOWS) as WindowName[]
  return names.find((name) => WINDOWS[name].ms >= usual * 8) ?? '30d'
}
