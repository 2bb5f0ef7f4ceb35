import type { Schemas } from '@app/api/client'
import { startOf } from '@app/features/job/startOf'
import { Button } from '@ui/primitives'
import { GitCompareArrows, X } from 'lucide-react'

/** Runs that were chosen to be compared: two, of which the earlier one is what the other is compared with. */
export default function ChosenRuns({
  chosen,
  onCompare,
  onClear,
}: {
  chosen: Schemas['Run'][]
  onCompare: (a: string, b: string) => void
  onClear: () => void
}) {
  const [a, b] = [...chosen].sort((x, y) => startOf(x) - startOf(y))
  return (
    <section
      aria-label="Chosen runs"
      className="absolute inset-x-0 bottom-4 z-20 mx-auto flex w-max max-w-[94%] flex-wrap items-center gap-2 rounded-xl border border-line-2 bg-raised py-2 pr-2 pl-4 shadow-pop"
    >
      <p role="status" className="num mr-2 text-sm font-medium">
        {b ? 'Two runs are chosen' : 'One run is chosen; choose another'}
      </p>
      <Button
        kind="solid"
        icon={<GitCompareArrows />}
        reason={!b && 'Choose another one to compare it with'}
        onClick={() => a && b && onCompare(a.id, b.id)}
      >
        Compare
      </Button>
      <Button kind="ghost" icon={<X />} aria-label="Choose none" onClick={onClear} />
    </section>
  )
}
