import type { JobFilter } from '@app/api/queries/jobs'

export type JobSort = NonNullable<JobFilter['sort']>

const SORTS: readonly unknown[] = ['name', '-name', 'status', 'next', 'last'] satisfies JobSort[]

/** The order that an address asks for; it is read before the list is fetched, so it is by itself. */
export const sortOf = (word: unknown): JobSort | undefined =>
  SORTS.includes(word) ? (word as JobSort) : undefined
