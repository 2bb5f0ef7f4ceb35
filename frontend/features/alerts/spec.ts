// What documents that are no jobs say, for people: the server gives their `spec` as JSON, named as in the manifest.
// Nothing is judged here, and what has no name here is shown by the name it has in Git.

type Fields = Record<string, unknown>
const isFields = (v: unknown): v is Fields => typeof v === 'object' && v !== null && !Array.isArray(v)
const fieldsOf = (v: unknown): Fields => (isFields(v) ? v : {})
const listOf = (v: unknown): unknown[] => (Array.isArray(v) ? v : [])

/** Which jobs it is about: `team=data`, `env in (a, b)`, `!legacy`. All of them when there is nothing. */
export function selectorOf(spec: unknown): string[] {
  const { matchExpressions, ...labels } = fieldsOf(fieldsOf(spec).selector)
  return [
    ...Object.entries(labels).map(([key, value]) => `${key}=${String(value)}`),
    ...listOf(matchExpressions).map((e) => {
      const { key, operator, values } = fieldsOf(e)
      if (operator === 'Exists') return String(key)
      if (operator === 'DoesNotExist') return `!${String(key)}`
      return `${String(key)} ${operator === 'NotIn' ? 'not in' : 'in'} (${listOf(values).join(', ')})`
    }),
  ]
}

export const namespacesOf = (spec: unknown): string[] => listOf(fieldsOf(spec).namespaces).map(String)

const RULES: Record<string, string> = {
  minInterval: 'Between two starts, at least',
  requireLabels: 'Has the labels',
  requireAnnotations: 'Has the annotations',
  allowedUsers: 'Runs as one of',
  deniedUsers: 'Never runs as',
  allowedCommands: 'Only the commands',
  deniedCommands: 'Never the commands',
  allowShell: 'A shell',
  requireMaxRuntime: 'Sets maxRuntime, at most',
  allowedTimezones: 'Only the time zones',
  allowedWindow: 'Every start within',
  maxJobsPerHost: 'Jobs on a host, at most',
  requireSignedCommits: 'Signed commits',
}

/** What every manifest must satisfy, rule by rule. */
export const rulesOf = (spec: unknown): [name: string, value: string][] =>
  Object.entries(fieldsOf(fieldsOf(spec).rules)).map(([key, value]) => [RULES[key] ?? key, said(key, value)])

function said(key: string, value: unknown): string {
  if (typeof value === 'boolean') {
    return key === 'allowShell' ? (value ? 'allowed' : 'refused') : value ? 'required' : 'not required'
  }
  if (Array.isArray(value)) return value.length > 0 ? value.join(', ') : 'none'
  if (isFields(value)) return Object.values(value).join(' ')
  return String(value)
}

/** Whether what breaks it is refused; else it is warned of. */
export const isDenied = (spec: unknown) => fieldsOf(spec).enforcement !== 'warn'

export type Window = { cron: string; duration: string; timezone: string } | { once: string; timezone: string }

/** When it is quiet: again and again, or once. */
export const windowsOf = (spec: unknown): Window[] =>
  listOf(fieldsOf(spec).windows).map((w) => {
    const { cron, duration, start, end, timezone = 'UTC' } = fieldsOf(w)
    const zone = String(timezone)
    if (cron !== undefined) return { cron: String(cron), duration: String(duration), timezone: zone }
    return { once: `${wall(start)} – ${wall(end)}`, timezone: zone }
  })

const wall = (v: unknown) => String(v).replace('T', ' ')

/** Whether runs are not judged, either; else they are, and nobody is told. */
export const isPause = (spec: unknown) => fieldsOf(spec).effect === 'pause'
