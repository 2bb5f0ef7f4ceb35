import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Host, noHost, startHost } from './host'
import { ok, push, type Tenant, url } from './tenant'

// What stands around a tenant's jobs: who is told, when nobody is, what reports undeclared, and a host.

const RULES = {
  'rules/routes.yaml': `apiVersion: crontopus/v1
kind: Route
metadata: {name: data-team}
spec:
  selector: {team: data}
  on: [failed, missed, timed_out, recovered]
  minSeverity: warning
  steps:
    - channels: [ops-webhook]
    - after: 15m
      channels: [ntfy-oncall]
  repeatEvery: 4h
`,
  'rules/maintenance.yaml': `apiVersion: crontopus/v1
kind: Maintenance
metadata: {name: weekly-upgrade}
spec:
  selector: {team: platform}
  windows:
    - {cron: "0 3 * * 0", duration: 2h, timezone: UTC}
  effect: silence
`,
  'rules/policies.yaml': `apiVersion: crontopus/v1
kind: Policy
metadata: {name: house-rules}
spec:
  selector: {team: platform}
  enforcement: warn
  rules:
    requireLabels: [team]
    requireMaxRuntime: 6h
`,
}

const onHost = (name: string, schedule: string, about: string) => `apiVersion: crontopus/v1
kind: Job
metadata: {name: ${name}, labels: {team: platform}}
spec:
  description: ${about}
  schedule: "${schedule}"
  timezone: UTC
  command: /bin/true
  host: {selector: {role: db}}
  startWindow: {late: 5m}
  maxRuntime: 1h
`

const ON_HOSTS = {
  'db/vacuum.yaml': onHost('vacuum', '20 4 * * *', 'Vacuums the large tables'),
  'db/dump.yaml': onHost('dump', '0 2 * * *', 'Dumps the main database'),
  'db/check-replica.yaml': onHost('check-replica', '*/10 * * * *', 'Compares the replica with its source'),
}

/** Makes it all; what is returned has to be stopped. */
export async function around(tenant: Tenant): Promise<{ stop: () => Promise<void> }> {
  const { api } = tenant
  const receiver = await takesEverything()
  const target = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  const channel = (name: string, kind: string, settings: object, rest: object = {}) =>
    ok<{ id: string }>(api.post('/api/v1/channels', { data: { name, kind, settings, ...rest } }))
  const works = await channel('ops-webhook', 'webhook', { url: `${target}/hook` }, { default: true })
  await channel('ntfy-oncall', 'ntfy', { topic: 'oncall', server: target })
  const broken = await channel('old-teams', 'teams', { url: `${target}/refuse` })
  await ok(api.post(`/api/v1/channels/${works.id}/test`))
  await ok(api.post(`/api/v1/channels/${broken.id}/test`))

  push(tenant, 'jobs', [
    { message: 'Say who is told, and what every job must have', files: RULES },
    { message: 'Give the database hosts their jobs', files: ON_HOSTS },
  ])
  // One on another server, which calls when somebody pushes there; nobody answers at its address.
  await ok(
    api.post('/api/v1/repositories', {
      data: { name: 'mirror', remote_url: 'https://codeberg.invalid/acme/jobs.git' },
    }),
  )
  await ok(api.post('/api/v1/repositories/mirror/webhook'))
  const key = async (kind: string) =>
    ok<{ key: string; address: string }>(api.post(`/api/v1/integrations/${kind}/key`))
  const [healthchecks, cronitor] = [await key('healthchecks'), await key('cronitor')]
  for (const slug of ['nightly-report', 'old-backup']) {
    await api.get(`${url()}/ping/${healthchecks.key}/${slug}?create=1`)
  }
  await api.get(`${url()}/p/${cronitor.key}/sync-mailboxes?state=complete`)
  await api.get(`${url()}/ping/${healthchecks.key.slice(0, -2)}xx/nightly-report`)
  await ok(
    api.post('/api/v1/snoozes', { data: { label: 'team=media', minutes: 240, reason: 'moving the cdn' } }),
  )
  // What everybody may see, on a page that the server makes itself.
  await ok(api.put('/api/v1/tenant/status-page', { data: { slug: tenant.slug, all_jobs: true } }))
  await ok(api.post('/api/v1/tenant/badges'))
  await ok(api.post('/api/v1/tokens', { data: { name: 'grafana', scopes: ['runs:read', 'jobs:read'] } }))
  await ok(api.post('/api/v1/invitations', { data: { email: 'jonas@acme.example', role: 'member' } }))

  let host: Host | undefined
  if (!noHost()) {
    host = await startHost(tenant, 'db-01', { role: 'db' })
    for (;;) {
      const { items } = await ok<{ items: { jobs: number }[] }>(api.get('/api/v1/agents'))
      if ((items[0]?.jobs ?? 0) > 0) break
      await new Promise((done) => setTimeout(done, 200))
    }
  }
  return {
    stop: async () => {
      await host?.stop()
      receiver.close()
      receiver.closeAllConnections()
    },
  }
}

/** The other side of channels: it takes what it is sent, and refuses where that is asked of it. */
export async function takesEverything(): Promise<Server> {
  const server = createServer((request, answer) => {
    request.resume()
    request.on('end', () => {
      const refused = request.url?.startsWith('/refuse')
      answer.writeHead(refused ? 404 : 200, { 'Content-Type': 'text/plain' })
      answer.end(refused ? 'no such workflow' : 'taken')
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return server
}
