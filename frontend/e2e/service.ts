import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../..')

/** Starts the server itself, with an empty database and the console that was built; ends it after the last story. */
export default async function start(): Promise<(() => Promise<void>) | undefined> {
  // One that runs already, with its address in the environment.
  if (process.env.CRONTOPUS_URL) return undefined
  const home = mkdtempSync(join(tmpdir(), 'crontopus-console-'))
  // Channels of the stories are told on this machine, which is refused unless it is allowed.
  const service = await launch(home, 'alerts_allow_addresses = ["127.0.0.1"]\n')
  process.env.CRONTOPUS_URL = service.url
  return async () => {
    await service.end()
    rmSync(home, { recursive: true, force: true })
  }
}

/** Starts a server with its data in `home`, these settings, and the console that was built. */
export async function launch(home: string, settings: string, listen = '127.0.0.1:0') {
  const server = join(process.env.CRONTOPUS_BIN_DIR ?? join(ROOT, 'target/debug'), 'crontopus-server')
  const dist = join(ROOT, 'frontend/dist')
  for (const [file, remedy] of [
    [server, 'cargo build -p crontopus-server'],
    [join(dist, 'index.html'), 'npm run build'],
  ] as const) {
    if (!existsSync(file)) throw new Error(`${file} is missing; make it with: ${remedy}`)
  }
  const log = join(home, 'server.log')
  const config = join(home, 'server.toml')
  writeFileSync(config, settings)
  const data = ['--config', config, '--data', join(home, 'data')]
  const child = spawn(
    server,
    ['serve', ...data, '--listen', listen, '--console', dist, '--log-format', 'json'],
    { stdio: ['ignore', openSync(log, 'w'), openSync(log, 'a')] },
  )
  return {
    url: await address(child, log),
    end: async () => {
      const ended = new Promise((done) => child.once('exit', done))
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** The address the server says it listens on. */
async function address(child: ChildProcess, log: string): Promise<string> {
  for (;;) {
    const found = /listening on (http:\/\/\S+)/.exec(readFileSync(log, 'utf8'))?.[1]
    if (found) return found
    if (child.exitCode !== null) throw new Error(`the server ended: ${readFileSync(log, 'utf8')}`)
    await new Promise((done) => setTimeout(done, 100))
  }
}
