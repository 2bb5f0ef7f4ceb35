import { made } from '@app/api/calls'
import { asCommand, asCurl } from '@app/api/commands'
import { Snippet } from '@ui/Copy'
import { Panel } from '@ui/Dialog'
import { Segmented } from '@ui/primitives'
import { useState } from 'react'

/** The calls that made a page, as a terminal takes them. */
export default function ApiPanel({ onClose }: { onClose: () => void }) {
  const [how, setHow] = useState<'curl' | 'cli'>('curl')
  const calls = made()
  const lines =
    how === 'curl'
      ? calls.map((c) => asCurl(c, location.origin))
      : [...new Set(calls.map(asCommand).filter((c) => c !== undefined))]
  return (
    <Panel title="This page by API" onClose={onClose} wide>
      <div className="mb-3 flex items-center justify-between gap-3">
        <p className="text-sm text-fg-2">These calls made what you see.</p>
        <Segmented
          label="As"
          value={how}
          onChange={setHow}
          options={[
            { value: 'curl', label: 'curl' },
            { value: 'cli', label: 'crontopus' },
          ]}
        />
      </div>
      {lines.length ? (
        <Snippet text={lines.join('\n')} label="calls" />
      ) : (
        <p className="text-fg-3">No command reads exactly this.</p>
      )}
    </Panel>
  )
}
