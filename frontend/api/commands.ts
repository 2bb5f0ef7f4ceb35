import type { Call } from './calls'

/** The same call for a terminal. */
export const asCurl = (c: Call, origin: string) =>
  [
    'curl -sS',
    c.method === 'GET' ? '' : `-X ${c.method}`,
    `-H "Authorization: Bearer $CRONTOPUS_TOKEN"`,
    `'${origin}${encodeURI(c.path).replaceAll("'", '%27')}'`,
  ]
    .filter(Boolean)
    .join(' ')

/** The command of `crontopus` that reads the same, where there is one. */
export function asCommand(c: Call): string | undefined {
  if (c.method !== 'GET') return undefined
  const path = c.path.split('?')[0] ?? ''
  const found = COMMANDS.find(([pattern]) => pattern.test(path))
  return found && path.replace(found[0], found[1])
}

const COMMANDS: [RegExp, string][] = [
  [/^\/api\/v1\/jobs$/, 'crontopus jobs list'],
  [/^\/api\/v1\/jobs\/([^/]+)\/([^/]+)$/, 'crontopus jobs show $1/$2'],
  [/^\/api\/v1\/jobs\/([^/]+)\/([^/]+)\/history$/, 'crontopus jobs history $1/$2'],
  [/^\/api\/v1\/jobs\/([^/]+)\/([^/]+)\/next-runs$/, 'crontopus jobs next $1/$2'],
  [/^\/api\/v1\/jobs\/([^/]+)\/([^/]+)\/diff$/, 'crontopus jobs diff $1/$2'],
  [/^\/api\/v1\/runs$/, 'crontopus runs list'],
  [/^\/api\/v1\/runs\/([^/]+)$/, 'crontopus runs show $1'],
  [/^\/api\/v1\/runs\/([^/]+)\/output$/, 'crontopus runs output $1'],
  [/^\/api\/v1\/incidents$/, 'crontopus incidents list'],
  [/^\/api\/v1\/incidents\/([^/]+)$/, 'crontopus incidents show $1'],
  [/^\/api\/v1\/agents$/, 'crontopus agents list'],
  [/^\/api\/v1\/agents\/([^/]+)$/, 'crontopus agents show $1'],
  [/^\/api\/v1\/agents\/([^/]+)\/plan$/, 'crontopus agents plan $1'],
  [/^\/api\/v1\/monitors$/, 'crontopus monitors list'],
  [/^\/api\/v1\/usage$/, 'crontopus usage'],
  [/^\/api\/v1\/repositories$/, 'crontopus repo status'],
  [/^\/api\/v1\/repositories\/([^/]+)$/, 'crontopus repo status $1'],
  [/^\/api\/v1\/repositories\/([^/]+)\/webhook$/, 'crontopus repo webhook show $1'],
]
