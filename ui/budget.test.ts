import { expect, test } from 'vitest'
import { firstVisits, over, type Part } from '../vite.budget'

const part = (file: string, size: number, imports: string[] = [], route?: string): Part => ({
  file,
  size,
  imports,
  door: route && `/x/frontend/routes/${route}.tsx?tsr-split=component`,
})

const entry = part('index.js', 50_000, ['shared.js'])
const parts = [
  part('shared.js', 20_000),
  part('frame.js', 9_000, ['index.js', 'shared.js'], '_app'),
  part('list.js', 4_000, ['charts.js'], '_app.jobs.index'),
  part('one.js', 5_000, ['charts.js'], '_app.jobs.$name'),
  part('tab.js', 1_000, [], '_app.jobs.$name.runs'),
  part('charts.js', 10_000, ['shared.js']),
  part('later.js', 20_000),
]
const budget = { visit: 95_000, part: 22_000, style: 10_000 }

test('a first visit is the entry, the frames around a page, and what they need, each once', () => {
  expect(firstVisits(entry, parts)).toEqual([
    { page: '_app.jobs.$name.runs', size: 95_000 },
    { page: '_app.jobs.$name', size: 94_000 },
    { page: '_app.jobs.index', size: 93_000 },
    { page: '_app', size: 79_000 },
  ])
  expect(over(entry, parts, 9_000, budget)).toEqual([])
})

test('what is over the budget is named', () => {
  const heavier = parts.map((p) => (p.file === 'charts.js' ? { ...p, size: 23_000 } : p))
  expect(over(entry, heavier, 10_001, budget)).toEqual([
    'a first visit of _app.jobs.$name.runs costs 108.0 kB of script, at most 95.0 kB',
    'a first visit of _app.jobs.$name costs 107.0 kB of script, at most 95.0 kB',
    'a first visit of _app.jobs.index costs 106.0 kB of script, at most 95.0 kB',
    'charts.js is 23.0 kB, at most 22.0 kB',
    'the style is 10.0 kB, at most 10.0 kB',
  ])
})
