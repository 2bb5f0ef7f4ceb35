import { Snippet } from '@ui/Copy'
import { Chip } from '@ui/primitives'
import { SNIPPETS } from './snippets'

/** The ways to report to one address; the address of the page holds which is shown. */
export function Snippets({
  url,
  chosen,
  onChoose,
}: {
  url: string
  chosen?: string
  onChoose: (key: string) => void
}) {
  const shown = SNIPPETS.find((s) => s.key === chosen) ?? SNIPPETS[0]!
  return (
    <div>
      <fieldset className="-mx-1 flex flex-wrap gap-1 px-1 pb-2">
        <legend className="sr-only">How it is scheduled</legend>
        {SNIPPETS.map((s) => (
          <Chip key={s.key} on={s === shown} onClick={() => onChoose(s.key)}>
            {s.name}
          </Chip>
        ))}
      </fieldset>
      <Snippet text={shown.text(url)} label={`${shown.name} snippet`} />
      <p className="mt-2 text-xs text-fg-3">{shown.about}</p>
    </div>
  )
}
