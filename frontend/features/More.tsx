import { Button } from '@ui/primitives'

/** Goes on with a list. */
export function More({
  of,
}: {
  of: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown }
}) {
  if (!of.hasNextPage) return null
  return (
    <div className="border-t px-4 py-2">
      <Button kind="ghost" small pending={of.isFetchingNextPage} onClick={() => void of.fetchNextPage()}>
        Show more
      </Button>
    </div>
  )
}
