import { Button } from '@ui/primitives'
import { ChevronLeft, ChevronRight } from 'lucide-react'

/** Earlier, now, later. */
export const Walk = ({ onMove, onNow }: { onMove: (by: 1 | -1) => void; onNow: () => void }) => (
  <span className="ml-auto flex">
    <Button
      icon={<ChevronLeft />}
      aria-label="Earlier"
      className="rounded-r-none"
      onClick={() => onMove(-1)}
    />
    <Button className="-ml-px rounded-none" onClick={onNow}>
      Now
    </Button>
    <Button
      icon={<ChevronRight />}
      aria-label="Later"
      className="-ml-px rounded-l-none"
      onClick={() => onMove(1)}
    />
  </span>
)
