/** The name a manifest gives its job, as far as a look at its lines shows it. */
export const nameOf = (manifest: string) => /^ {2}name:\s*["']?([a-z0-9][a-z0-9-]*)/m.exec(manifest)?.[1]
