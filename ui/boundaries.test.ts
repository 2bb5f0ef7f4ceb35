// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const sources = (dir: string) =>
  readdirSync(join(root, dir), { recursive: true, encoding: 'utf8' })
    .filter((f) => /\.tsx?$/.test(f) && !/\.test\.|dist\//.test(f))
    .map((f) => ({ file: join(dir, f), text: readFileSync(join(root, dir, f), 'utf8') }))
const imports = (text: string) => [...text.matchAll(/(?:from|import)\s*\(?'([^']+)'/g)].map((m) => m[1] ?? '')

const UI_MAY_USE = /^(\.{1,2}\/|@ui\/|react$|clsx$|lucide-react$|d3-(time|shape)$|@tanstack\/react-virtual$)/

test('ui knows no route, no API and no fetch', () => {
  const files = sources('ui')
  expect(files.length).toBeGreaterThan(30)
  for (const { file, text } of files) {
    expect(
      imports(text).filter((i) => !UI_MAY_USE.test(i)),
      file,
    ).toEqual([])
    expect(/\bfetch\(/.test(text), file).toBe(false)
  }
})

test('the console knows ui and itself alone', () => {
  const files = sources('frontend')
  expect(files.length).toBeGreaterThan(60)
  for (const { file, text } of files) {
    expect(
      imports(text).filter((i) => /internal_admin|\.\.\/\.\.\/\.\.\/ui/.test(i)),
      file,
    ).toEqual([])
  }
})

test('the console asks for nothing outside its API', () => {
  for (const { file, text } of sources('frontend').filter(({ file }) => !/testing|e2e/.test(file))) {
    // The snippets are text about other people’s programs; the version is read from the console’s own page.
    if (/api\/(client|follow|version)\.ts$|start\/snippets\.ts$/.test(file)) continue
    expect(/\bfetch\(/.test(text), file).toBe(false)
  }
})

test('nothing of the page is made of text', () => {
  for (const { file, text } of [...sources('ui'), ...sources('frontend')]) {
    expect(/dangerouslySetInnerHTML|innerHTML\s*=|\beval\(|new Function/.test(text), file).toBe(false)
  }
})
