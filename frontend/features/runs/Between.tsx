import { Form, text } from '@app/features/auth/Form'
import { Panel } from '@ui/Dialog'
import { Field } from '@ui/Field'
import { instantOf, wallOf } from '@ui/lib/wall'
import type { When } from './WhenFilter'

/** Asks for two moments, by the clock that times are shown by. */
export default function Between({
  zone,
  from,
  until,
  onChange,
  onClose,
}: {
  zone: string
  from: string
  until?: string
  onChange: (when: When) => void
  onClose: () => void
}) {
  return (
    <Panel title="Runs between two moments" onClose={onClose}>
      <Form
        action="Show them"
        error={null}
        pending={false}
        onCancel={onClose}
        onSubmit={(data) => {
          onClose()
          onChange({
            after: instantOf(text(data, 'after'), zone),
            before: instantOf(text(data, 'before'), zone),
          })
        }}
      >
        <div className="grid grid-cols-1 gap-3 sm:grid-cols-2">
          <Field
            name="after"
            label="From"
            type="datetime-local"
            defaultValue={wallOf(from, zone)}
            help={`By the clock of ${zone}.`}
          />
          <Field
            name="before"
            label="Until"
            type="datetime-local"
            defaultValue={until && wallOf(until, zone)}
            help="Until now when it is empty."
          />
        </div>
      </Form>
    </Panel>
  )
}
