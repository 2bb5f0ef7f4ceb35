import { describe, expect, test } from 'vitest'
import type { DiffLine } from './diff'
import { diffLines, sameLines } from './lines'

const short = (lines: DiffLine[]) =>
  lines.map((l) => `${{ added: '+', removed: '-', same: ' ', hunk: '@', file: '?' }[l.kind]}${l.text}`)

/** Numbers that are the same each time. */
function dice(seed: number) {
  let state = seed
  return (most: number) => {
    state = (state * 48_271) % 2_147_483_647
    return state % most
  }
}

describe('a diff of lines', () => {
  test('says what was taken out and what was put in, with the numbers of both sides', () => {
    expect(diffLines(['a', 'b', 'c'], ['a', 'x', 'c'])).toEqual([
      { kind: 'same', text: 'a', old: 1, now: 1 },
      { kind: 'removed', text: 'b', old: 2 },
      { kind: 'added', text: 'x', now: 2 },
      { kind: 'same', text: 'c', old: 3, now: 3 },
    ])
  })

  test('is empty when nothing differs, or nothing that counts', () => {
    expect(diffLines(['a', 'b'], ['a', 'b'])).toEqual([])
    expect(diffLines([], [])).toEqual([])
    expect(diffLines(['took 4 s'], ['took 5 s'], (l) => l.replace(/\d/g, '0'))).toEqual([])
  })

  test('leaves out what is far from any change, and says how much', () => {
    const lines = Array.from({ length: 20 }, (_, i) => `line ${i}`)
    const changed = lines.with(10, 'another')
    expect(short(diffLines(lines, changed))).toEqual([
      '@7 lines alike',
      ' line 7',
      ' line 8',
      ' line 9',
      '-line 10',
      '+another',
      ' line 11',
      ' line 12',
      ' line 13',
      '@6 lines alike',
    ])
  })

  test('one side may be empty', () => {
    expect(short(diffLines([], ['a']))).toEqual(['+a'])
    expect(short(diffLines(['a'], []))).toEqual(['-a'])
  })

  test('finds the fewest changes among lines that repeat', () => {
    const [a, b] = ['abcabba', 'cbabac'].map((s) => s.split(''))
    expect(sameLines(a!, b!)).toHaveLength(4)
  })

  test('makes the one of the other, whatever they are', () => {
    const roll = dice(7)
    for (let turn = 0; turn < 300; turn++) {
      const words = 2 + roll(12)
      const text = () => Array.from({ length: roll(40) }, () => `w${roll(words)}`)
      const [a, b] = [text(), text()]
      const pairs = sameLines(a, b)
      pairs.forEach(([i, j], k) => {
        expect(a[i]).toBe(b[j])
        const before = pairs[k - 1]
        if (before) expect(i > before[0] && j > before[1]).toBe(true)
      })
      const lines = diffLines(a, b, undefined)
      const counts = (kind: DiffLine['kind']) => lines.filter((l) => l.kind === kind).length
      expect(counts('removed')).toBe(a.length - pairs.length)
      expect(counts('added')).toBe(b.length - pairs.length)
    }
  })

  test('two long texts without anything in common are told apart at once', () => {
    const text = (word: string) => Array.from({ length: 5000 }, (_, i) => `${word} ${i % 700}`)
    const lines = diffLines(text('left'), text('right'))
    expect(lines).toHaveLength(10_000)
    expect(lines[0]?.kind).toBe('removed')
  })

  test('a long text with changes all over it keeps what is the same', () => {
    const roll = dice(3)
    const a = Array.from({ length: 5000 }, () => `step ${roll(40)}`)
    const b = a.map((line, i) => (i % 50 === 0 ? `other ${i}` : line))
    const pairs = sameLines(a, b)
    expect(pairs.length).toBe(4900)
  })
})
