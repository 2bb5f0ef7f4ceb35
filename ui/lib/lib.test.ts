import { describe, expect, test } from 'vitest'
import { plain, spans } from './ansi'
import { countTicks, durationTicks, timeTicks } from './axis'
import { parseDiff } from './diff'
import { named } from './keys'
import { linear } from './scale'
import { absolute, ago, bytes, count, duration, hhmm, span, zoneOffset } from './time'
import { instantOf, wallOf } from './wall'
import { yamlPieces } from './yaml'

const at = (iso: string) => Date.parse(iso)

describe('time', () => {
  test.each([
    [null, '–'],
    [0, '0ms'],
    [412, '412ms'],
    [4200, '4.2s'],
    [9949, '9.9s'],
    [9960, '10s'],
    [59_400, '59s'],
    [59_600, '1m 00s'],
    [412_000, '6m 52s'],
    [3_600_000, '1h 00m'],
    [180_000_000, '2d 2h'],
  ])('%s ms is %s', (length, text) => expect(duration(length)).toBe(text))

  test.each([
    [0, 'now'],
    [12_000, '12 s ago'],
    [59_600, '1 min ago'],
    [3_540_000, '59 min ago'],
    [3_570_000, '1 h ago'],
    [84_600_000, '1 d ago'],
    [-300_000, 'in 5 min'],
  ])('%s ms before now is %s', (before, text) => {
    const now = at('2026-03-10T09:42:00Z')
    expect(ago(now - before, now)).toBe(text)
  })

  test('a unit never reads as sixty', () => {
    for (let s = 0; s < 200_000; s += 7) {
      expect(duration(s * 1000)).not.toMatch(/\b60[sm]/)
      expect(span(s * 1000)).not.toMatch(/^(60 (s|min)|24 h)$/)
    }
  })

  test.each([
    ['2026-03-10T09:42:00.000Z', 'UTC', '2026-03-10T09:42'],
    ['2026-03-29T00:30:00.000Z', 'Europe/Berlin', '2026-03-29T01:30'],
    ['2026-03-29T01:30:00.000Z', 'Europe/Berlin', '2026-03-29T03:30'],
    ['2026-10-25T22:00:00.000Z', 'Europe/Berlin', '2026-10-25T23:00'],
    ['2026-07-01T02:00:00.000Z', 'America/New_York', '2026-06-30T22:00'],
  ])('%s in %s is typed as %s, and read back', (iso, zone, wall) => {
    expect(wallOf(iso, zone)).toBe(wall)
    expect(instantOf(wall, zone)).toBe(iso)
  })

  test('what is no date is no moment', () => expect(instantOf('', 'UTC')).toBeUndefined())

  test('wall clocks follow the zone through both changes of summer time', () => {
    expect(hhmm(at('2026-03-29T00:59:00Z'), 'Europe/Berlin')).toBe('01:59')
    expect(hhmm(at('2026-03-29T01:00:00Z'), 'Europe/Berlin')).toBe('03:00')
    expect(hhmm(at('2026-10-25T00:30:00Z'), 'Europe/Berlin')).toBe('02:30')
    expect(hhmm(at('2026-10-25T01:30:00Z'), 'Europe/Berlin')).toBe('02:30')
    expect(zoneOffset(at('2026-01-10T00:00:00Z'), 'America/St_Johns')).toBe(-3.5 * 3_600_000)
    expect(absolute(at('2026-07-01T12:00:00Z'))).toBe('1 Jul 2026, 12:00:00 UTC')
  })

  test('sizes and counts', () => {
    expect([999, 1000, 12_400_000, 999_999].map(bytes)).toEqual(['999 B', '1.0 kB', '12 MB', '1.0 MB'])
    expect([count(1, 'job'), count(2, 'job'), count(1200, 'entry', 'entries')]).toEqual([
      '1 job',
      '2 jobs',
      '1,200 entries',
    ])
  })
})

describe('axis', () => {
  test('ticks are whole hours of the zone’s wall clock, on the day of a change, too', () => {
    const from = at('2026-03-29T00:00:00Z')
    const ticks = timeTicks(from, from + 6 * 3_600_000, 6, 'Europe/Berlin')
    expect(ticks.length).toBeGreaterThan(3)
    for (const t of ticks) expect(hhmm(t, 'Europe/Berlin')).toMatch(/:00$/)
  })

  test('half-hour zones have whole hours of their own', () => {
    const from = at('2026-03-10T00:10:00Z')
    for (const t of timeTicks(from, from + 4 * 3_600_000, 4, 'Asia/Kolkata')) {
      expect(hhmm(t, 'Asia/Kolkata')).toMatch(/:00$/)
    }
  })

  test.each([90, 900, 4200, 95_000, 1_900_000, 90_000_000])('a few round ticks up to %s ms', (max) => {
    const ticks = durationTicks(max, 4)
    expect(ticks[0]).toBe(0)
    expect(ticks.length).toBeGreaterThan(1)
    expect(ticks.length).toBeLessThanOrEqual(6)
    expect(Math.max(...ticks)).toBeLessThanOrEqual(max)
  })
})

describe('output', () => {
  const shown = (line: string) =>
    spans(line)
      .map((s) => s.text)
      .join('')

  test('colours become pieces, and nothing is lost', () => {
    const line = '\u001b[1;31mERROR\u001b[0m disk \u001b[33mfull\u001b[39m now'
    expect(shown(line)).toBe('ERROR disk full now')
    expect(plain(line)).toBe('ERROR disk full now')
    const error = spans(line)[0]
    expect(error?.style).toContain('font-semibold')
    expect(error?.style).toContain('#ff7a7f')
  })

  test('extended colours are passed over with their arguments', () => {
    expect(shown('\u001b[38;5;196mred\u001b[38;2;1;2;3mtrue\u001b[0m')).toBe('redtrue')
    expect(spans('\u001b[38;5;31mx')[0]?.style).toBe('')
  })

  test('cursor movement, titles and links leave no trace', () => {
    expect(shown('\u001b[2K\u001b[1Aa\u001b]0;title\u0007b\u001b]8;;https://x\u001b\\c')).toBe('abc')
  })

  test('markup is text, and what deceives the eye is shown', () => {
    expect(spans('<img src=x onerror=alert(1)>')[0]?.text).toBe('<img src=x onerror=alert(1)>')
    expect(shown('safe\u202etxt.exe')).toBe('safe�txt.exe')
    expect(shown('bell\u0007nul\u0000')).toBe('bell␇nul␀')
  })
})

describe('diff', () => {
  test('both numbers are kept', () => {
    const lines = parseDiff(
      '--- a\n+++ b\n@@ -4,3 +4,3 @@ spec\n same\n-old\n+new\n last\n\\ No newline at end of file\n',
    )
    expect(lines.map((l) => [l.kind, l.old, l.now, l.text])).toEqual([
      ['file', undefined, undefined, '--- a'],
      ['file', undefined, undefined, '+++ b'],
      ['hunk', undefined, undefined, 'spec'],
      ['same', 4, 4, 'same'],
      ['removed', 5, undefined, 'old'],
      ['added', undefined, 5, 'new'],
      ['same', 6, 6, 'last'],
    ])
  })

  test('a removed line that looks like a header is one', () => {
    expect(parseDiff('@@ -1,1 +1,1 @@\n--- not a header\n+x\n').map((l) => l.kind)).toEqual([
      'hunk',
      'removed',
      'added',
    ])
  })
})

describe('yaml', () => {
  const kinds = (line: string) => yamlPieces(line).map((p) => [p.kind, p.text])

  test('keys, strings, numbers and comments are told apart', () => {
    expect(kinds('  schedule: "0 2 * * *" # nightly')).toEqual([
      ['', '  '],
      ['key', 'schedule'],
      ['', ': '],
      ['str', '"0 2 * * *"'],
      ['', ' '],
      ['com', '# nightly'],
    ])
    expect(kinds('maxRuntime: 1h')).toEqual([
      ['key', 'maxRuntime'],
      ['', ': '],
      ['num', '1h'],
    ])
  })

  test.each([
    ['description: Exports 90 days', []],
    ['description: 90 days', []],
    ['hours: [1, 20] # at 3', ['1', '20']],
    ['- true', ['true']],
    ['{late: 5m}', ['5m']],
  ])('%s has the numbers %j', (line, numbers) =>
    expect(
      yamlPieces(line)
        .filter((p) => p.kind === 'num')
        .map((p) => p.text),
    ).toEqual(numbers),
  )

  test.each(['a: b#c', '"x: y": {k: "v # no", n: 3}', "it's: 'a ''quoted'' one'", '- --flag=7', '\t:::', ''])(
    'nothing of %j is lost',
    (line) =>
      expect(
        yamlPieces(line)
          .map((p) => p.text)
          .join(''),
      ).toBe(line),
  )
})

describe('keys', () => {
  const key = (init: KeyboardEventInit) => new KeyboardEvent('keydown', init)

  test('presses have names', () => {
    expect(named(key({ key: 'K', ctrlKey: true }), '')).toBe('mod+k')
    expect(named(key({ key: 'j', metaKey: true }), '')).toBeUndefined()
    expect(named(key({ key: 'J' }), '')).toBe('j')
    expect(named(key({ key: 'r' }), 'g')).toBe('g r')
    expect(named(key({ key: '?' }), '')).toBe('?')
  })
})

describe('scales', () => {
  test('lead to pixels and back', () => {
    const x = linear([100, 200], [50, 0])
    expect([x(100), x(150), x(200), x(300)]).toEqual([50, 25, 0, -50])
    expect(x.invert(25)).toBe(150)
  })

  test('values that are all the same are drawn where they begin', () => {
    const x = linear([7, 7], [3, 90])
    expect([x(7), x(8), x.invert(40)]).toEqual([3, 3, 7])
  })

  test.each([
    [1, [0, 1]],
    [4, [0, 1, 2, 3, 4]],
    [26, [0, 10, 20]],
    [940, [0, 500]],
    [1500, [0, 500, 1000, 1500]],
  ])('counts up to %d have round ticks', (max, ticks) => expect(countTicks(max, 3)).toEqual(ticks))
})
