import { queryOptions } from '@tanstack/react-query'

/** The first script of a page; its address has a hash of what is in it, so another address is another version. */
const entry = (page: Document) =>
  page.querySelector('script[type=module][src]')?.getAttribute('src') ?? undefined

/** Whether the server has another console than the one that is running here; asked when the stream began anew. */
export const newerQuery = (beginnings: number) =>
  queryOptions({
    queryKey: ['newer', beginnings],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      const answer = await fetch('/', { headers: { Accept: 'text/html' }, cache: 'no-store', signal })
      const served = entry(new DOMParser().parseFromString(await answer.text(), 'text/html'))
      return answer.ok && served !== undefined && served !== entry(document)
    },
  })
