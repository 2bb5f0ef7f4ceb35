import type { Role } from '@app/api/access'
import type { Schemas } from '@app/api/client'
import { type Handlers, MockApi, type Operation, problem } from './mock'
import * as world from './world'

const page = <T>(items: T[]) => ({ items, next_cursor: null })
const missing = () => problem(404, 'not_found', 'There is nothing by this name')

/** What a write needs, as the server's own table has it. */
const NEEDS: Partial<Record<Operation, Role>> = {
  'post /api/v1/incidents/{id}/acknowledge': 'member',
  'post /api/v1/incidents/{id}/resolve': 'member',
  'post /api/v1/monitors/{id}/pause': 'member',
  'post /api/v1/monitors/{id}/resume': 'member',
  'post /api/v1/tokens': 'admin',
  'get /api/v1/tokens': 'admin',
  'get /api/v1/audit': 'admin',
  'get /api/v1/invitations': 'admin',
  'get /api/v1/enroll-tokens': 'admin',
  'post /api/v1/agents/{agent}/approve': 'admin',
  'patch /api/v1/tenant': 'owner',
}

/** An API over a fresh copy of the small tenant. */
export function mockApi(): MockApi {
  const jobs = structuredClone(world.jobs)
  const runs = structuredClone(world.runs)
  const incidents = structuredClone(world.incidents)
  const agents = structuredClone(world.agents)
  const monitors = structuredClone(world.monitors)
  const tenant: Schemas['Tenant'] = {
    id: 'ten_acme',
    slug: 'acme',
    name: 'Acme Logistics',
    timezone: 'UTC',
    created_at: world.iso(1e10),
  }
  const tokens: Schemas['Token'][] = []
  const findJob = (namespace?: string, name?: string) =>
    jobs.find((j) => j.namespace === namespace && j.name === name)

  const me = (): Schemas['Me'] => ({
    user: world.user,
    tenant_id: tenant.id,
    tenant: tenant.slug,
    role: api.role,
    memberships: [{ tenant_id: tenant.id, tenant: tenant.slug, role: api.role }],
  })
  const change = (id: string | undefined, by: Partial<Schemas['Incident']>) => {
    const found = incidents.find((i) => i.id === id)
    return found ? Object.assign(found, by) : missing()
  }

  const handlers: Handlers = {
    'get /api/v1/me': me,
    'get /api/v1/tenant': () => tenant,
    'patch /api/v1/tenant': ({ body }) => Object.assign(tenant, body),
    'post /api/v1/auth/sign-in': ({ body }) => {
      const { password } = body as Schemas['SignIn']
      if (password !== 'correct horse battery') {
        return problem(401, 'invalid_credentials', 'The e-mail address or the password is wrong')
      }
      api.signedIn = true
      return me()
    },
    'post /api/v1/auth/sign-up': ({ body }) => {
      if ((body as Schemas['SignUp']).tenant === 'taken') {
        return problem(422, 'invalid', 'one field', [{ pointer: '/tenant', detail: 'this name is taken' }])
      }
      api.signedIn = true
      return me()
    },
    'post /api/v1/auth/sign-out': () => {
      api.signedIn = false
      return undefined
    },
    'get /api/v1/namespaces': () =>
      page([...new Set(jobs.map((j) => j.namespace))].map((name) => ({ name, jobs: 1, failing: 0 }))),
    'get /api/v1/jobs': ({ query }) => {
      const q = query.get('q')
      const namespace = query.get('namespace')
      const status = query.get('status')
      const label = query.get('label')?.split('=')
      return page(
        jobs.filter(
          (j) =>
            (!q || `${j.namespace}/${j.name}`.includes(q)) &&
            (!namespace || j.namespace === namespace) &&
            (!status || j.status === status) &&
            (!label || j.labels[label[0] ?? ''] === label[1]),
        ),
      )
    },
    'get /api/v1/jobs/{namespace}/{name}': ({ params }) => {
      const found = findJob(params.namespace, params.name)
      return found ? world.fullJob(found) : missing()
    },
    'get /api/v1/jobs/{namespace}/{name}/next-runs': () => ({
      items: [18, 78, 138].map((m) => ({
        at: world.iso(-m * 60_000),
        local: world.iso(-m * 60_000),
        timezone: 'UTC',
        host: 'ledger-01',
        profile: 'debian-cron',
      })),
    }),
    'get /api/v1/jobs/{namespace}/{name}/history': () =>
      page([
        {
          commit: 'a41f9c2d',
          summary: 'widen the window',
          author: 'Mira <mira@acme.example>',
          authored_at: world.iso(7 * 3_600_000),
          digest: 'b',
        },
        {
          commit: '7be03d4f',
          summary: 'begin',
          author: 'Jonas <jonas@acme.example>',
          authored_at: world.iso(9e8),
          digest: 'a',
        },
      ]),
    'get /api/v1/jobs/{namespace}/{name}/diff': ({ query }) => ({
      from: query.get('from') ?? '',
      to: query.get('to') ?? '',
      diff: '@@ -8,1 +8,1 @@\n-  maxRuntime: 15m\n+  maxRuntime: 30m\n',
    }),
    'get /api/v1/runs': ({ query }) => {
      const status = query.get('status')
      const of = query.get('job')
      return page(
        runs.filter((r) => (!status || r.status === status) && (!of || `${r.namespace}/${r.name}` === of)),
      )
    },
    'get /api/v1/runs/{id}': ({ params }) => runs.find((r) => r.id === params.id) ?? missing(),
    'get /api/v1/runs/{id}/output': ({ params }) =>
      params.id === 'run_3'
        ? missing()
        : {
            head: btoa(world.OUTPUT),
            tail: btoa('the end\n'),
            total_bytes: 5_000_000,
            dropped_bytes: 4_900_000,
          },
    'get /api/v1/monitors': ({ query }) => {
      const of = query.get('job')
      return page(monitors.filter((m) => !of || `${m.namespace}/${m.name}` === of))
    },
    'post /api/v1/monitors/{id}/pause': ({ params }) => {
      const found = monitors.find((m) => m.id === params.id)
      return found ? Object.assign(found, { paused_by_operator: true, status: 'paused' }) : missing()
    },
    'post /api/v1/monitors/{id}/resume': ({ params }) => {
      const found = monitors.find((m) => m.id === params.id)
      return found ? Object.assign(found, { paused_by_operator: false, status: 'ok' }) : missing()
    },
    'get /api/v1/incidents': ({ query }) => {
      const state = query.get('state')
      return page(incidents.filter((i) => !state || i.state === state))
    },
    'get /api/v1/incidents/{id}': ({ params }) => incidents.find((i) => i.id === params.id) ?? missing(),
    'post /api/v1/incidents/{id}/acknowledge': ({ params }) =>
      change(params.id, {
        state: 'acknowledged',
        acknowledged_by: world.user.email,
        acknowledged_at: world.iso(0),
      }),
    'post /api/v1/incidents/{id}/resolve': ({ params }) =>
      change(params.id, { state: 'resolved', resolved_at: world.iso(0) }),
    'get /api/v1/agents': ({ query }) => {
      const state = query.get('state')
      return page(agents.filter((a) => !state || a.state === state))
    },
    'get /api/v1/agents/{agent}': ({ params }) => {
      const found = agents.find((a) => a.id === params.agent)
      return found ? world.fullAgent(found) : missing()
    },
    'post /api/v1/agents/{agent}/approve': ({ params }) => {
      const found = agents.find((a) => a.id === params.agent)
      return found ? world.fullAgent(Object.assign(found, { state: 'online' })) : missing()
    },
    'get /api/v1/enroll-tokens': () => page([]),
    'get /api/v1/repositories': () => page([world.repository]),
    'get /api/v1/repositories/{name}': ({ params }) =>
      params.name === world.repository.name ? world.repository : missing(),
    'get /api/v1/repositories/{name}/commits': () =>
      page([
        {
          id: 'a41f9c2d',
          summary: 'widen the window',
          author: 'Mira <m@x>',
          authored_at: world.iso(1e7),
          applied_agents: 1,
          agents: 2,
        },
      ]),
    'get /api/v1/repositories/{name}/diagnostics': () =>
      page([
        {
          severity: 'error',
          file: 'finance/broken.yaml',
          line: 7,
          column: 3,
          path: 'spec.schedul',
          code: 'unknown_field',
          message: 'unknown field `schedul`',
          help: 'did you mean `schedule`?',
        },
      ]),
    'get /api/v1/members': () =>
      page([
        {
          user_id: world.user.id,
          email: world.user.email,
          name: world.user.name,
          role: api.role,
          joined_at: world.iso(1e9),
        },
        {
          user_id: 'usr_jonas',
          email: 'jonas@acme.example',
          name: 'Jonas Weber',
          role: 'owner',
          joined_at: world.iso(2e9),
        },
      ]),
    'get /api/v1/invitations': () => page([]),
    'get /api/v1/audit': () =>
      page([
        {
          id: 'aud_1',
          at: world.iso(1e6),
          actor: world.user.email,
          action: 'revoke_agent',
          target: 'edge-fra-2',
          remote_addr: '192.0.2.7',
        },
      ]),
    'get /api/v1/tokens': () => page(tokens),
    'post /api/v1/tokens': ({ body }) => {
      const asked = body as Schemas['CreateToken']
      if (asked.scopes.length === 0) {
        return problem(422, 'invalid', 'one field', [{ pointer: '/scopes', detail: 'at least one' }])
      }
      const token: Schemas['Token'] = {
        id: 'tok_1',
        name: asked.name,
        hint: 'ctp_ab',
        scopes: asked.scopes,
        created_by: world.user.email,
        created_at: world.iso(0),
      }
      tokens.push(token)
      return { token, secret: 'ctp_secret_shown_once' }
    },
  }
  const api = new MockApi(handlers, NEEDS)
  return api
}
