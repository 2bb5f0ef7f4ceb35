import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { ok, type Tenant } from './tenant'

const PROGRAMS = process.env.CRONTOPUS_BIN_DIR ?? resolve(import.meta.dirname, '../../target/debug')

/** Why there can be no host here, if so: its directories of cron are mounts of its own, which root alone can make. */
export function noHost(): string | undefined {
  if (process.getuid?.() !== 0) return 'a host of its own needs root'
  if (!existsSync('/usr/sbin/cron')) return 'cron is not installed'
  const missing = ['crontopus-agent', 'crontopus-run'].find((name) => !existsSync(join(PROGRAMS, name)))
  return missing && `${missing} is not built`
}

const MOUNTS = `mount -t tmpfs tmpfs /etc/cron.d && mount -t tmpfs tmpfs /var/spool/cron &&
  mkdir -p /var/spool/cron/crontabs && chgrp crontab /var/spool/cron/crontabs &&
  chmod 1730 /var/spool/cron/crontabs && mount -t tmpfs tmpfs /run &&
  mount --bind /dev/null /etc/crontab && hostname "$0" && echo mounted && exec sleep infinity`

/** A host with the real agent and, if asked for, a real cron: what it mounts and its name are its own. */
export type Host = {
  sh: (line: string) => string
  cron: () => void
  stop: () => Promise<void>
}

/** Makes it, enrols it, and starts its agent. */
export async function startHost(tenant: Tenant, name: string, labels: Record<string, string>): Promise<Host> {
  const holder = spawn('unshare', ['--mount', '--uts', '--propagation', 'private', 'sh', '-c', MOUNTS, name])
  await once(holder.stdout, 'data')
  const inside = ['--target', String(holder.pid), '--mount', '--uts', '--']
  const state = mkdtempSync(join(tmpdir(), 'crontopus-agent-'))
  const agent = (...args: string[]) => [
    ...inside,
    join(PROGRAMS, 'crontopus-agent'),
    '--state-dir',
    join(state, 'state'),
    ...args,
  ]
  const { secret } = await ok<{ secret: string }>(
    tenant.api.post('/api/v1/enroll-tokens', { data: { labels } }),
  )
  execFileSync('nsenter', agent('enroll', '--token', secret, '--scheduler', 'cron-d'), { stdio: 'pipe' })
  const running: ChildProcess[] = [spawn('nsenter', agent('run'), { stdio: 'ignore' })]
  return {
    sh: (line) => execFileSync('nsenter', [...inside, 'sh', '-c', line], { encoding: 'utf8' }),
    cron: () => void running.push(spawn('nsenter', [...inside, 'cron', '-f'], { stdio: 'ignore' })),
    stop: async () => {
      for (const child of [...running, holder]) {
        const ended = once(child, 'exit')
        child.kill('SIGTERM')
        await ended
      }
      rmSync(state, { recursive: true, force: true })
    },
  }
}
