import type { DiffLine } from './diff'

/** A pair of stretches, one of each side, that are to be compared: from the first index to before the second. */
type Box = [a0: number, a1: number, b0: number, b1: number]

/** More changes than this in one stretch, and it is shown as taken out and put in: nobody reads such a diff by line. */
const MOST_CHANGES = 1000

/**
 * Which lines of `a` and `b` are the same, as pairs of indices that grow on both sides. Lines found once on each side
 * hold the rest apart (patience); between them the fewest changes are looked for (Myers), up to a bound, so that two
 * texts which have nothing in common cost no more than two that are alike.
 */
export function sameLines(a: readonly string[], b: readonly string[]): [number, number][] {
  const ids = new Map<string, number>()
  const id = (line: string) => {
    const found = ids.get(line)
    if (found !== undefined) return found
    ids.set(line, ids.size)
    return ids.size - 1
  }
  const x = a.map(id)
  const y = b.map(id)
  const pairs: [number, number][] = []
  const todo: Box[] = [[0, x.length, 0, y.length]]
  for (let box = todo.pop(); box; box = todo.pop()) {
    let [a0, a1, b0, b1] = box
    while (a0 < a1 && b0 < b1 && x[a0] === y[b0]) pairs.push([a0++, b0++])
    while (a0 < a1 && b0 < b1 && x[a1 - 1] === y[b1 - 1]) pairs.push([--a1, --b1])
    if (a0 === a1 || b0 === b1) continue
    const anchors = inOrder(once(x, y, [a0, a1, b0, b1]))
    if (anchors.length === 0) {
      pairs.push(...fewest(x, y, [a0, a1, b0, b1]))
      continue
    }
    let [p, q] = [a0, b0]
    for (const [i, j] of anchors) {
      pairs.push([i, j])
      todo.push([p, i, q, j])
      ;[p, q] = [i + 1, j + 1]
    }
    todo.push([p, a1, q, b1])
  }
  return pairs.sort((one, other) => one[0] - other[0])
}

/** Lines that are there once on each side, in the order of the left one. */
function once(x: number[], y: number[], [a0, a1, b0, b1]: Box): [number, number][] {
  const places = (of: number[], from: number, to: number) => {
    const seen = new Map<number, number>()
    for (let i = from; i < to; i++) seen.set(of[i]!, seen.has(of[i]!) ? -1 : i)
    return seen
  }
  const right = places(y, b0, b1)
  const out: [number, number][] = []
  for (const [line, i] of places(x, a0, a1)) {
    const j = right.get(line)
    if (i >= 0 && j !== undefined && j >= 0) out.push([i, j])
  }
  return out
}

/** The longest choice of pairs whose right side grows, too. */
function inOrder(pairs: [number, number][]): [number, number][] {
  const ends: number[] = []
  const before: (number | undefined)[] = []
  pairs.forEach(([, j], k) => {
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (pairs[ends[middle]!]![1] < j) low = middle + 1
      else high = middle
    }
    before[k] = low > 0 ? ends[low - 1] : undefined
    ends[low] = k
  })
  const out: [number, number][] = []
  for (let k = ends.at(-1); k !== undefined; k = before[k]) out.push(pairs[k]!)
  return out.reverse()
}

/** The pairs that leave the fewest lines over; none when that would be more than is worth looking for. */
function fewest(x: number[], y: number[], [a0, a1, b0, b1]: Box): [number, number][] {
  const n = a1 - a0
  const m = b1 - b0
  const most = Math.min(n + m, MOST_CHANGES)
  // For each number of changes, how far to the left side each diagonal comes.
  const trail: Int32Array[] = []
  const far = new Int32Array(2 * most + 3)
  for (let d = 0; d <= most; d++) {
    trail.push(far.slice())
    for (let k = -d; k <= d; k += 2) {
      const at = most + 1 + k
      let i = k === -d || (k !== d && far[at - 1]! < far[at + 1]!) ? far[at + 1]! : far[at - 1]! + 1
      while (i < n && i - k < m && x[a0 + i] === y[b0 + i - k]) i++
      far[at] = i
      if (i >= n && i - k >= m) return back(trail, most, n, m).map(([p, q]) => [a0 + p, b0 + q])
    }
  }
  return []
}

/** Walks the way back from the end, and picks up what was the same. */
function back(trail: Int32Array[], most: number, n: number, m: number): [number, number][] {
  const out: [number, number][] = []
  let [i, j] = [n, m]
  for (let d = trail.length - 1; d >= 0; d--) {
    const far = trail[d]!
    const k = i - j
    const at = most + 1 + k
    const isDown = k === -d || (k !== d && far[at - 1]! < far[at + 1]!)
    const from = isDown ? far[at + 1]! : far[at - 1]!
    const fromRight = from - (isDown ? k + 1 : k - 1)
    while (i > from && j > fromRight) out.push([--i, --j])
    ;[i, j] = [from, fromRight]
  }
  return out
}

/** The lines around a change that are shown with it. */
const AROUND = 3

/**
 * What differs between two texts, as a unified diff shows it; empty when nothing does. `key` says what of a line counts:
 * lines of one key are the same, and the right one is shown.
 */
export function diffLines(
  a: readonly string[],
  b: readonly string[],
  key: (line: string) => string = (line) => line,
): DiffLine[] {
  const same = sameLines(a.map(key), b.map(key))
  const all: DiffLine[] = []
  let [i, j] = [0, 0]
  for (const [p, q] of [...same, [a.length, b.length] as [number, number]]) {
    while (i < p) all.push({ kind: 'removed', text: a[i]!, old: ++i })
    while (j < q) all.push({ kind: 'added', text: b[j]!, now: ++j })
    if (p < a.length && q < b.length) all.push({ kind: 'same', text: b[j]!, old: ++i, now: ++j })
  }
  return hunks(all)
}

/** Leaves out what is the same and far from any change, and says how much that is. */
function hunks(all: DiffLine[]): DiffLine[] {
  const near = new Uint8Array(all.length)
  all.forEach((line, at) => {
    if (line.kind !== 'same') near.fill(1, Math.max(0, at - AROUND), at + AROUND + 1)
  })
  if (!near.includes(1)) return []
  const out: DiffLine[] = []
  let left = 0
  const told = () => {
    if (left > 0) out.push({ kind: 'hunk', text: left === 1 ? 'one line alike' : `${left} lines alike` })
    left = 0
  }
  all.forEach((line, at) => {
    if (!near[at]) {
      left++
      return
    }
    told()
    out.push(line)
  })
  told()
  return out
}
