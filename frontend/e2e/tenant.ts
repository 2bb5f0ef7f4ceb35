import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type APIRequestContext, request, test } from '@playwright/test'

export const url = () => {
  const found = process.env.CRONTOPUS_URL
  if (!found) throw new Error('no server was started')
  return found
}

export const PASSWORD = 'eight arms and two hands'

/** A tenant of its own for each story: they share the server and nothing else. */
export type Tenant = { slug: string; email: string; api: APIRequestContext }

/** Signs somebody up by the API. A story that is repeated has another tenant each time. */
export async function signUp(story: string, name = 'Mira Okafor'): Promise<Tenant> {
  const turn = test.info().repeatEachIndex
  const slug = turn > 0 ? `${story}-${turn}` : story
  const api = await request.newContext({ baseURL: url() })
  const email = `mira@${slug}.example`
  await ok(api.post('/api/v1/auth/sign-up', { data: { email, password: PASSWORD, name, tenant: slug } }))
  return { slug, email, api }
}

type Answer = Awaited<ReturnType<APIRequestContext['post']>>

/** The answer's JSON, or an error with what the server said. */
export async function ok<T = Record<string, unknown>>(call: Promise<Answer>): Promise<T> {
  const answer = await call
  if (!answer.ok()) throw new Error(`${answer.url()} answered ${answer.status()}: ${await answer.text()}`)
  const text = await answer.text()
  return (text ? JSON.parse(text) : undefined) as T
}

/** Commits files to a tenant's repository and pushes them, as a person would: with plain git. */
export function push(
  tenant: { slug: string; email: string },
  repository: string,
  commits: { message: string; files: Record<string, string>; at?: Date }[],
) {
  const dir = mkdtempSync(join(tmpdir(), 'crontopus-push-'))
  const address = url().replace(
    '://',
    `://${encodeURIComponent(tenant.email)}:${encodeURIComponent(PASSWORD)}@`,
  )
  let dates = {}
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Mira Okafor', '-c', 'user.email=mira@acme.example', ...args], {
      cwd: dir,
      stdio: 'pipe',
      env: {
        ...process.env,
        GIT_TERMINAL_PROMPT: '0',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_SYSTEM: '/dev/null',
        ...dates,
      },
    })
  try {
    git('clone', '-q', `${address}/git/${tenant.slug}/${repository}.git`, '.')
    git('checkout', '-q', '-B', 'main')
    for (const commit of commits) {
      const at = commit.at?.toISOString()
      dates = at ? { GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at } : {}
      for (const [file, text] of Object.entries(commit.files)) {
        mkdirSync(join(dir, dirname(file)), { recursive: true })
        writeFileSync(join(dir, file), text)
      }
      git('add', '.')
      git('commit', '-q', '-m', commit.message)
    }
    git('push', '-q', 'origin', 'main')
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}
