import type { Schemas } from '@app/api/client'
import type { Role } from '@app/api/roles'
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
  'post /api/v1/repositories/{name}/webhook': 'admin',
  'delete /api/v1/repositories/{name}/webhook': 'admin',
  'get /api/v1/tokens': 'admin',
  'get /api/v1/audit': 'admin',
  'get /api/v1/invitations': 'admin',
  'get /api/v1/enroll-tokens': 'admin',
  'post /api/v1/agents/{agent}/approve': 'admin',
  'patch /api/v1/tenant': 'owner',
  'post /api/v1/channels': 'admin',
  'post /api/v1/channels/{id}/test': 'admin',
  'post /api/v1/incidents/{id}/snooze': 'member',
  'post /api/v1/incidents/{id}/notes': 'member',
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
  const webhook: Schemas['RepositoryWebhook'] = {
    url: 'https://cron.example/hooks/rep_1',
    active: false,
  }
  const factor: Schemas['SecondFactor'] = { enabled: false, recovery_codes: 0 }
  const passkeys: Schemas['Passkey'][] = []
  const CODE = '123456'
  const PASSWORD = 'correct horse battery'
  const SECRET = 'from-the-mail'
  const weak = () => problem(422, 'weak_password', 'this password is in the lists attackers try first')
  const wrongCode = () =>
    problem(422, 'invalid', 'one field', [{ pointer: '/code', detail: 'the code is wrong' }])
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
      const { password, code } = body as Schemas['SignIn']
      if (password !== PASSWORD) {
        return problem(401, 'invalid_credentials', 'The e-mail address or the password is wrong')
      }
      if (factor.enabled && !code) return problem(401, 'second_factor_required', 'A code is needed')
      if (factor.enabled && code !== CODE) return problem(401, 'invalid_code', 'The code is wrong')
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
    'post /api/v1/auth/password-reset': () => undefined,
    'post /api/v1/auth/password-reset/confirm': ({ body }) => {
      const { secret, password } = body as Schemas['ResetPassword']
      if (secret !== SECRET) return missing()
      return password.startsWith('password') ? weak() : undefined
    },
    'post /api/v1/me/password': ({ body }) => {
      const { password, new_password } = body as Schemas['ChangePassword']
      if (password !== PASSWORD) {
        return problem(422, 'invalid', 'one field', [
          { pointer: '/password', detail: 'the password is wrong' },
        ])
      }
      return new_password.startsWith('password') ? weak() : undefined
    },
    'post /api/v1/auth/passkey/begin': () => ({ options: { challenge: 'YQ', rpId: 'x' } }),
    'post /api/v1/auth/passkey': ({ body }) => {
      const { credential } = body as Schemas['PasskeySignIn']
      if (credential.id !== 'a-passkey')
        return problem(401, 'invalid_passkey', 'this passkey does not let in')
      api.signedIn = true
      return me()
    },
    'get /api/v1/me/passkeys': () => page(passkeys),
    'post /api/v1/me/passkeys/begin': ({ body }) =>
      (body as Schemas['BeginPasskey']).password === PASSWORD
        ? { options: { challenge: 'YQ', pubKeyCredParams: [] } }
        : problem(422, 'invalid', 'one field', [{ pointer: '/password', detail: 'the password is wrong' }]),
    'post /api/v1/me/passkeys': ({ body }) => {
      const { name } = body as Schemas['CreatePasskey']
      const made = { id: `pky_${passkeys.length}`, name, created_at: world.iso(0) }
      passkeys.push(made)
      return made
    },
    'patch /api/v1/me/passkeys/{id}': ({ params, body }) => {
      const found = passkeys.find((p) => p.id === params.id)
      return found ? Object.assign(found, body) : missing()
    },
    'delete /api/v1/me/passkeys/{id}': ({ params }) => {
      passkeys.splice(
        passkeys.findIndex((p) => p.id === params.id),
        1,
      )
      return undefined
    },
    'get /api/v1/me/second-factor': () => factor,
    'post /api/v1/me/second-factor': () => ({
      secret: 'JBSWY3DPEHPK3PXP',
      url: 'otpauth://totp/Crontopus:mira?secret=JBSWY3DPEHPK3PXP',
      qr: { size: 21, path: 'M0 0h7v1h-7z' },
    }),
    'post /api/v1/me/second-factor/confirm': ({ body }) => {
      if ((body as Schemas['ConfirmSecondFactor']).code !== CODE) return wrongCode()
      Object.assign(factor, { enabled: true, since: world.iso(0), recovery_codes: 10 })
      return { codes: ['abcd-efgh-ijkl-mnop'] }
    },
    'post /api/v1/me/second-factor/disable': ({ body }) => {
      if ((body as Schemas['ChangeSecondFactor']).code !== CODE) return wrongCode()
      Object.assign(factor, { enabled: false, since: undefined, recovery_codes: 0 })
      return undefined
    },
    'post /api/v1/me/second-factor/recovery-codes': () => ({ codes: ['qrst-uvwx-yzab-cdef'] }),
    'get /api/v1/usage': () => world.usage,
    'get /api/v1/namespaces': () =>
      page([...new Set(jobs.map((j) => j.namespace))].map((name) => ({ name, jobs: 1, failing: 0 }))),
    'get /api/v1/jobs': ({ query }) => {
      const q = query.get('q')
      const namespace = query.get('namespace')
      const status = query.get('status')
      const label = query.get('label')?.split('=')
      const sorted = query.get('sort') === 'last' ? [...jobs].reverse() : jobs
      return {
        ...page(
          sorted.filter(
            (j) =>
              (!q || `${j.namespace}/${j.name}`.includes(q)) &&
              (!namespace || j.namespace === namespace) &&
              (!status || j.status === status) &&
              (!label || j.labels[label[0] ?? ''] === label[1]),
          ),
        ),
        counts: query.get('include')?.includes('counts') ? world.counts : null,
      }
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
          durations: {
            before: { runs: 20, p50_ms: 200_000 },
            after: { runs: 9, p50_ms: 420_000 },
            factor: 2.1,
            warning: 'runs take 2.1× as long since this commit',
          },
        },
        {
          commit: '7be03d4f',
          summary: 'begin',
          author: 'Jonas <jonas@acme.example>',
          authored_at: world.iso(9e8),
          digest: 'a',
        },
      ]),
    'get /api/v1/jobs/{namespace}/{name}/blame': ({ params }) => ({
      commit: 'a41f9c2d',
      file: `${params.namespace}/${params.name}.yaml`,
      line: 1,
      commits: [
        {
          commit: 'a41f9c2d',
          summary: 'widen the window',
          author: 'Mira <mira@acme.example>',
          authored_at: world.iso(7 * 3_600_000),
        },
        {
          commit: '7be03d4f',
          summary: 'begin',
          author: 'Jonas <jonas@acme.example>',
          authored_at: world.iso(9e8),
        },
      ],
      lines: world.MANIFEST.trimEnd()
        .split('\n')
        .map((text) => ({ text, commit: text.includes('maxRuntime') ? 0 : 1 })),
      is_cut: true,
    }),
    'get /api/v1/jobs/{namespace}/{name}/diff': ({ query }) => ({
      from: query.get('from') ?? '',
      to: query.get('to') ?? '',
      diff: '@@ -8,1 +8,1 @@\n-  maxRuntime: 15m\n+  maxRuntime: 30m\n',
    }),
    'get /api/v1/runs': ({ query }) => {
      const status = query.get('status')
      const of = query.get('job')
      const monitor = query.get('monitor')
      const before = query.get('before')
      return page(
        runs.filter(
          (r) =>
            (!status || r.status === status) &&
            (!of || `${r.namespace}/${r.name}` === of) &&
            (!monitor || r.monitor_id === monitor) &&
            (!before || (r.started_at ?? r.created_at) < before),
        ),
      )
    },
    'get /api/v1/runs/{id}': ({ params }) => runs.find((r) => r.id === params.id) ?? missing(),
    'get /api/v1/runs/{id}/output': ({ params }) =>
      params.id === 'run_3'
        ? missing()
        : {
            head: btoa(params.id === 'run_5' ? world.EARLIER_OUTPUT : world.OUTPUT),
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
    'post /api/v1/incidents/{id}/notes': ({ params, body }) => {
      const { text } = body as Schemas['CreateIncidentNote']
      if (text.includes('\0')) {
        return problem(422, 'invalid', 'one field', [
          { pointer: '/text', detail: 'no control characters but line breaks and tabs' },
        ])
      }
      const events = incidents.find((i) => i.id === params.id)?.events ?? []
      const note = { at: world.iso(0), kind: 'note', by: world.user.email, note: text.trim() }
      return change(params.id, { events: [...events, note] })
    },
    'post /api/v1/manifests/from-crontab': ({ body }) => {
      const { text, namespace } = body as Schemas['ConvertCrontab']
      if (namespace?.includes('/')) {
        return problem(422, 'invalid', 'one field', [
          { pointer: '/namespace', detail: 'a-z, 0-9 and `-` between them, at most 63 characters' },
        ])
      }
      const lines = text.split('\n').map((line, n) => ({ line: n + 1, text: line }))
      const good = lines.filter((l) => /^[\d*]/.test(l.text))
      return {
        manifests: good.map(({ line, text }) => ({
          line,
          name: `job-${line}`,
          file: `${namespace ?? 'default'}/job-${line}.yaml`,
          manifest: `# ${text}\nkind: Job\n`,
          notes: ['MAILTO is left out: a Route says who is told of failures'],
        })),
        skipped: lines
          .filter((l) => l.text && !good.includes(l))
          .map((l) => ({ ...l, reason: 'it has fewer than five time fields and a command' })),
      }
    },
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
    'get /api/v1/repositories/{name}/webhook': () => webhook,
    'post /api/v1/repositories/{name}/webhook': () => {
      Object.assign(webhook, { active: true, created_at: world.iso(0) })
      return { webhook, secret: 'whs_shown_once' }
    },
    'delete /api/v1/repositories/{name}/webhook': () => {
      Object.assign(webhook, { active: false, created_at: undefined })
      return undefined
    },
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
        {
          id: 'aud_2',
          at: world.iso(2e6),
          actor: world.user.email,
          action: 'create_enroll_token',
          target: 'agt',
          detail: '1 uses within 60 minutes',
        },
      ]),
    'get /api/v1/overview': () => world.overview,
    'get /api/v1/jobs/{namespace}/{name}/timeline': () => world.jobTimeline,
    'get /api/v1/jobs/{namespace}/{name}/durations': () => world.durations,
    'get /api/v1/jobs/{namespace}/{name}/stats': () => world.statistics,
    'get /api/v1/jobs/{namespace}/{name}/metrics': () => ({
      width_ms: 3_600_000,
      truncated: false,
      metrics: [
        {
          name: 'rows',
          last: 9123,
          last_at: world.iso(0),
          buckets: [{ at: world.iso(0), count: 1, min: 9123, mean: 9123, max: 9123 }],
        },
      ],
    }),
    'get /api/v1/timeline': () => ({
      from: world.iso(12 * 3_600_000),
      to: world.iso(-2 * 3_600_000),
      now: world.iso(0),
      width_ms: 300_000,
      items: jobs.map((j) => ({
        job_id: j.id,
        namespace: j.namespace,
        name: j.name,
        cells: [{ part: 3, runs: 2, worst: 'failed' }],
        expected: [150],
      })),
      next_cursor: null,
    }),
    'get /api/v1/schedule/load': ({ query }) => ({
      from: query.get('from') ?? '',
      cell_minutes: 5,
      cells: Array.from({ length: Number(query.get('hours')) * 12 }, (_, i) => (i % 12 === 0 ? 4 : 0)),
      peak: { at: world.iso(0), total: 4, jobs: [{ namespace: 'finance', name: 'ledger-export' }] },
      truncated: false,
    }),
    'get /api/v1/schedule/upcoming': () => ({
      from: world.iso(0),
      to: world.iso(-86_400_000),
      items: [
        {
          at: world.iso(-18 * 60_000),
          total: 6,
          jobs: [{ namespace: 'finance', name: 'ledger-export', host: 'ledger-01' }],
        },
      ],
      total: 6,
      truncated: false,
    }),
    'get /api/v1/channels': () => page([world.channel]),
    'post /api/v1/channels': () =>
      problem(422, 'invalid', 'one field', [
        { pointer: '/settings/webhook_url', detail: 'an https address' },
      ]),
    'post /api/v1/channels/{id}/test': () => ({
      sent: false,
      answer: '404 channel_not_found',
      duration_ms: 120,
    }),
    'get /api/v1/deliveries': () => page([world.delivery]),
    'get /api/v1/deliveries/queue': () => ({ waiting: 0, oldest_age_seconds: 0 }),
    'get /api/v1/routes': () => page([]),
    'get /api/v1/routes/test': () => ({
      kind: 'failed',
      severity: 'critical',
      steps: [
        {
          after_seconds: 0,
          channels: [{ id: 'chn_1', name: 'slack-platform' }],
          owners: false,
          recovered: true,
        },
      ],
    }),
    'get /api/v1/policies': () => page([]),
    'get /api/v1/maintenance': () => page([]),
    'get /api/v1/snoozes': () => page([]),
    'post /api/v1/incidents/{id}/snooze': ({ params }) => change(params.id, {}),
    'get /api/v1/discovered': () => page([world.discovered]),
    'get /api/v1/discovered/{id}': () => world.discovered,
    'get /api/v1/integrations': () =>
      page([{ kind: 'sentry', active: false, address: 'https://<key>@cron.example/1' }]),
    'get /api/v1/rejected-check-ins': () => page([]),
    'get /api/v1/tenant/public': () => ({}),
    'post /api/v1/manifests/validate': ({ body }) => {
      const asked = body as Schemas['ValidateManifests']
      const text = asked.text ?? ''
      const path = asked.path ?? ''
      const bad = text.includes('schedul:')
      const diagnostics: Schemas['Diagnostic'][] = bad
        ? [
            {
              severity: 'error',
              file: path,
              line: 6,
              column: 3,
              path: 'spec.schedul',
              code: 'unknown_field',
              message: 'unknown field `schedul`',
              help: 'did you mean `schedule`?',
            },
          ]
        : []
      return { ok: !bad, diagnostics, jobs: bad ? [] : ['production/backup'] }
    },
    'post /api/v1/schedules/preview': () => ({
      description: 'Every day at 02:00',
      timezone: 'UTC',
      profile: 'debian-cron',
      holds: 'exactly',
      entries: ['0 2 * * *'],
      next: [{ at: world.iso(-3_600_000), local: '2026-11-25T02:00:00+00:00' }],
      warnings: [],
      schedulers: [{ profile: 'debian-cron', holds: 'exactly' }],
    }),
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
