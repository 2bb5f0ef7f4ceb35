import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ok, type Tenant } from './tenant'

/** What of a page only its search shows, and is a page by itself. */
const PARTS = ['/jobs?view=timeline', '/timeline?view=agenda', '/timeline?view=load', '/welcome?path=agent']

/**
 * Every address the console has, from its own map of routes, and the public page; a route whose parameter nobody fills
 * is an error.
 */
export async function addresses(tenant: Tenant): Promise<string[]> {
  const tree = readFileSync(join(import.meta.dirname, '../routeTree.gen.ts'), 'utf8')
  // A page with parts and its first part have one address, but for a slash.
  const found = [...tree.matchAll(/fullPath: '([^']+)'/g)].map((m) => m[1]?.replace(/(?<=.)\/$/, '') ?? '')
  const paths = [...new Set(found)].filter((p) => p !== '')
  const first = async (path: string) =>
    (await ok<{ items: { id: string }[] }>(tenant.api.get(path))).items[0]?.id ?? 'none'
  const ids: Record<string, string> = {
    '/runs/$id': await first('/api/v1/runs?status=failed&limit=1'),
    '/incidents/$id': await first('/api/v1/incidents?limit=1'),
    '/agents/$id': await first('/api/v1/agents?limit=1'),
  }
  const all = paths.map((path) => {
    const filled = path
      .replace('$namespace', 'finance')
      .replace(/(?<=repositories\/)\$name/, 'jobs')
      .replace('$name', 'ledger-export')
      .replace('$id', ids[path] ?? '$id')
    if (filled.includes('$')) throw new Error(`nobody fills ${path}`)
    return filled
  })
  const bad = await first('/api/v1/runs?job=finance/ledger-export&status=failed&limit=1')
  const opened = [`/runs?run=${bad}`, `/jobs/finance/ledger-export/runs/compare?b=${bad}`]
  return [...all, ...PARTS, ...opened, '/repositories/mirror', `/s/${tenant.slug}`]
}
