import { SearchBox } from '@ui/Field'
import { Kbd } from '@ui/primitives'
import { useRef, useState } from 'react'

/** Words that make a list shorter. While it is typed in, what is typed stands; else what the address says. */
export function FilterBox({
  value,
  onFilter,
  ...rest
}: {
  label: string
  placeholder: string
  value: string
  className?: string
  onFilter: (typed: string) => void
}) {
  const [typed, setTyped] = useState<string | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  return (
    <SearchBox
      {...rest}
      value={typed ?? value}
      keys={<Kbd>/</Kbd>}
      onChange={(e) => {
        const now = e.target.value
        setTyped(now)
        clearTimeout(timer.current)
        timer.current = setTimeout(() => onFilter(now), 200)
      }}
      onKeyDown={(e) => {
        if (e.key === 'Escape') e.currentTarget.blur()
      }}
      onBlur={() => {
        if (typed !== null && typed !== value) {
          clearTimeout(timer.current)
          onFilter(typed)
        }
        setTyped(null)
      }}
    />
  )
}
