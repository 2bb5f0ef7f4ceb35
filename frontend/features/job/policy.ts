/** Fields of a manifest worth a line beside the job, by their path below `spec`, and what they are called. */
const FIELDS: [path: string, name: string][] = [
  ['startWindow.late', 'May start late by'],
  ['startWindow.early', 'May start early by'],
  ['maxRuntime', 'Longest'],
  ['minRuntime', 'Shortest'],
  ['kill.after', 'Killed after'],
  ['concurrency', 'Overlap'],
  ['retry.attempts', 'Attempts'],
  ['jitter', 'Jitter'],
  ['user', 'As user'],
  ['alerts.after', 'Alerts after'],
  ['alerts.severity', 'Severity'],
  ['alerts.maxSinceSuccess', 'Success within'],
]

/**
 * The lines of a manifest that say how its runs are judged. It reads the plain nesting people write and leaves the
 * rest: the server is what understands manifests, this only picks words out of one to show them.
 */
export function policyFacts(manifest: string): [name: string, value: string][] {
  const values = new Map<string, string>()
  const open: { indent: number; key: string }[] = []
  for (const line of manifest.split('\n')) {
    const found = /^(\s*)([A-Za-z][\w-]*):\s*(.*?)\s*(?:#.*)?$/.exec(line)
    if (!found) continue
    const [, space = '', key = '', value = ''] = found
    while (open.length && (open.at(-1)?.indent ?? 0) >= space.length) open.pop()
    const path = [...open.map((o) => o.key), key].join('.')
    const flow = /^\{(.*)\}$/.exec(value)
    if (flow) {
      for (const pair of (flow[1] ?? '').split(',')) {
        const [k = '', v = ''] = pair.split(/:(.*)/).map((part) => part.trim())
        if (k) values.set(`${path}.${k}`, bare(v))
      }
    } else if (value && !/^[|>[]/.test(value)) values.set(path, bare(value))
    else open.push({ indent: space.length, key })
  }
  return FIELDS.flatMap(([path, name]) => {
    const value = values.get(`spec.${path}`)
    return value ? [[name, value] as [string, string]] : []
  })
}

const bare = (value: string) => value.replace(/^(["'])(.*)\1$/, '$2')
