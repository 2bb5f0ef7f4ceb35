/** For how long nobody is told, in minutes. */
export const SNOOZES: [string, number][] = [
  ['For 30 minutes', 30],
  ['For 1 hour', 60],
  ['For 4 hours', 240],
  ['For 1 day', 1440],
]
