import { expect, test } from 'vitest'
import { isDenied, isPause, namespacesOf, rulesOf, selectorOf, windowsOf } from './spec'

test.each([
  [undefined, []],
  [{}, []],
  [{ selector: { team: 'data', env: 'prod' } }, ['team=data', 'env=prod']],
  [
    {
      selector: {
        role: 'db',
        matchExpressions: [
          { key: 'env', operator: 'In', values: ['a', 'b'] },
          { key: 'tier', operator: 'NotIn', values: ['free'] },
          { key: 'owner', operator: 'Exists' },
          { key: 'legacy', operator: 'DoesNotExist' },
        ],
      },
    },
    ['role=db', 'env in (a, b)', 'tier not in (free)', 'owner', '!legacy'],
  ],
])('%j is about %j', (spec, jobs) => expect(selectorOf(spec)).toEqual(jobs))

test('a policy is read rule by rule, and one without a name here is not left out', () => {
  const spec = {
    namespaces: ['finance'],
    enforcement: 'warn',
    rules: {
      requireLabels: ['team', 'owner'],
      allowShell: false,
      requireSignedCommits: true,
      requireMaxRuntime: '6h',
      allowedWindow: { cron: '* 0-6 * * *', timezone: 'UTC' },
      allowedUsers: [],
      somethingNew: 7,
    },
  }
  expect(namespacesOf(spec)).toEqual(['finance'])
  expect(rulesOf(spec)).toEqual([
    ['Has the labels', 'team, owner'],
    ['A shell', 'refused'],
    ['Signed commits', 'required'],
    ['Sets maxRuntime, at most', '6h'],
    ['Every start within', '* 0-6 * * * UTC'],
    ['Runs as one of', 'none'],
    ['somethingNew', '7'],
  ])
  expect(isDenied(spec)).toBe(false)
  // What is not written is refused.
  expect(isDenied({})).toBe(true)
})

test('windows come once or again', () => {
  const spec = {
    windows: [
      { start: '2026-12-05T22:00', end: '2026-12-06T02:00', timezone: 'Europe/Berlin' },
      { cron: '0 3 * * 0', duration: '2h' },
    ],
    effect: 'pause',
  }
  expect(windowsOf(spec)).toEqual([
    { once: '2026-12-05 22:00 – 2026-12-06 02:00', timezone: 'Europe/Berlin' },
    { cron: '0 3 * * 0', duration: '2h', timezone: 'UTC' },
  ])
  expect(isPause(spec)).toBe(true)
  expect(isPause({})).toBe(false)
})
