// @vitest-environment node
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import openapi, { astToString } from 'openapi-typescript'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')

test('the client is made from the document: `npm run api` after a change of it', async () => {
  const made = astToString(await openapi(new URL(`file://${join(root, 'openapi/console.json')}`)))
  const kept = readFileSync(join(root, 'frontend/api/schema.d.ts'), 'utf8')
  // The command line puts a notice above what the library makes.
  expect(kept.endsWith(made)).toBe(true)
})
