import { asCommand, asCurl, made } from '@app/api/calls'
import { Snippet } from '@ui/Copy'
import { Panel } from '@ui/Dialog'
import { Button, Segmented } from '@ui/primitives'
import { Code2 } from 'lucide-react'
import { useState } from 'react'

/** The calls that made this page, to take along: there is nothing here that a program can not do. */
export function ApiButton() {
  const [open, setOpen] = useState(false)
  const [how, setHow] = useState<'curl' | 'cli'>('curl')
  const calls = made()
  const lines =
    how === 'curl'
      ? calls.map((c) => asCurl(c, location.origin))
      : [...new Set(calls.map(asCommand).filter((c) => c !== undefined))]
  return (
    <>
      <Button icon={<Code2 />} className="max-md:hidden" onClick={() => setOpen(true)}>
        API
      </Button>
      {open && (
        <Panel title="This page by API" onClose={() => setOpen(false)} wide>
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
      )}
    </>
  )
}
