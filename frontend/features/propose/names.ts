/** The name a manifest gives its job, as far as a look at its lines shows it. */
export const nameOf = (manifest: string) => /^ {2}name:\s*["']?([a-z0-9][a-z0-9-]*)/m.exec(manifest)?.[1]

export type Written = { schedule: string; timezone?: string }

/** The schedule a manifest gives its job, where it is one and written plainly; for the preview beside it. */
export function scheduleOf(manifest: string): Written | undefined {
  const field = (name: string) =>
    new RegExp(`^ {2}${name}:\\s*(?:"([^"]*)"|'([^']*)'|([^"'#\\[{\\n][^#\\n]*?))\\s*(?:#.*)?$`, 'm')
      .exec(manifest)
      ?.slice(1)
      .find((part) => part !== undefined)
      ?.trim()
  const every = field('every')
  const schedule = field('schedule') ?? (every && `every ${every}`)
  return schedule ? { schedule, timezone: field('timezone') } : undefined
}
