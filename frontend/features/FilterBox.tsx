import { SearchBox } from '@ui/Field'
import { Kbd } from '@ui/primitives'
import { useId, useRef, useState } from 'react'

/** Words that make a list shorter. While it is typed in, what is typed stands; else what the address says. */
export function FilterBox({
  value,
  options,
  onFilter,
  ...rest
}: {
  label: string
  placeholder: string
  value: string
  className?: string
  /** What may be meant, offered as one types. */
  options?: string[]
  onFilter: (typed: string) => void
}) {
  const [typed, setTyped] = useState<string | null>(null)
  const list = useId()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  return (
    <SearchBox
      {...rest}
      value={typed ?? value}
      list={options ? list : undefined}
      keys={
        <>
          <Kbd>/</Kbd>
          {options && (
            <datalist id={list}>
              {options.map((o) => (
                <option key={o} value={o} />
              ))}
            </datalist>
          )}
        </>
      }
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
