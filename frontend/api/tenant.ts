/**
 * Which tenant the address names: `/t/acme/jobs` is the jobs of acme; an address without one is the tenant the
 * session began in. It never changes while the page lives: another tenant is another document.
 */
export const tenantOf = (path: string) => /^\/t\/([a-z0-9-]{1,63})(?:\/|$)/.exec(path)?.[1]

export const chosenTenant = tenantOf(location.pathname)
export const basepath = chosenTenant ? `/t/${chosenTenant}` : '/'
