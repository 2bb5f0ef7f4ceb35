/** Items by a key, in the order in which the keys first came. */
export function grouped<T>(items: readonly T[], key: (item: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const name = key(item)
    const found = groups.get(name)
    if (found) found.push(item)
    else groups.set(name, [item])
  }
  return [...groups]
}
