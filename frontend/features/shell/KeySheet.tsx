import { Panel } from '@ui/Dialog'
import { Check } from '@ui/Field'
import { KEYS, lettersOn, setLetters } from '@ui/lib/keys'
import { Kbd } from '@ui/primitives'
import { useState } from 'react'

const shown = (part: string) =>
  part === 'mod+k'
    ? /Mac|iP/.test(navigator.platform)
      ? '⌘ K'
      : 'Ctrl K'
    : part.length === 1
      ? part.toUpperCase()
      : part

/** Every shortcut there is, from the table that listens to them. */
export default function KeySheet({ onClose }: { onClose: () => void }) {
  const [on, setOn] = useState(lettersOn)
  const groups = [...new Set(KEYS.map((k) => k.group))]
  return (
    <Panel title="Keyboard shortcuts" onClose={onClose} wide>
      <div className="grid gap-x-10 gap-y-5 sm:grid-cols-2">
        {groups.map((group) => (
          <section key={group} aria-label={group}>
            <h3 className="label mb-1.5">{group}</h3>
            <ul>
              {KEYS.filter((k) => k.group === group).map((k) => (
                <li key={k.key} className="flex items-center justify-between border-t py-1.5 text-sm">
                  <span className="text-fg-2">{k.does}</span>
                  <span className="flex gap-1">
                    {k.key.split(' ').map((part) => (
                      <Kbd key={part}>{shown(part)}</Kbd>
                    ))}
                  </span>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
      <div className="mt-5 border-t pt-4">
        <Check
          name="letters"
          label="Act on single letters"
          help="Switched off, only the keys with Ctrl or ⌘, Enter and Escape do anything."
          checked={on}
          onChange={(e) => {
            setLetters(e.target.checked)
            setOn(e.target.checked)
          }}
        />
      </div>
    </Panel>
  )
}
