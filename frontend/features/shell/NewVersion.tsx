import { newerQuery } from '@app/api/version'
import { useQuery } from '@tanstack/react-query'

/** The server has another console than this one: said, and never forced on somebody who is at work. */
export default function NewVersion({ beginnings }: { beginnings: number }) {
  const { data: newer } = useQuery(newerQuery(beginnings))
  if (!newer) return null
  return (
    <div role="status" className="shrink-0 border-b bg-run-soft px-4 py-1.5 text-xs text-run md:px-6">
      The server was updated, and has a newer console.{' '}
      <button type="button" className="font-medium underline" onClick={() => location.reload()}>
        Reload
      </button>
    </div>
  )
}
