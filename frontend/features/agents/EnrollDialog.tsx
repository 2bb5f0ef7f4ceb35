import { useAction } from '@app/api/action'
import { api, get, type Schemas } from '@app/api/client'
import { repositoriesQuery } from '@app/api/queries/git'
import { Form, text } from '@app/features/auth/Form'
import { useQuery } from '@tanstack/react-query'
import { Secret } from '@ui/Copy'
import { Panel } from '@ui/Dialog'
import { Check, Field, FieldErrors, Select } from '@ui/Field'
import { Button } from '@ui/primitives'
import { At } from '@ui/Time'
import { useState } from 'react'
import { readLabels } from './labels'

/** One line to paste on a host, and the agent is here. */
export function EnrollDialog({ onClose }: { onClose: () => void }) {
  const { data: repositories = [] } = useQuery(repositoriesQuery)
  const [made, setMade] = useState<Schemas['CreatedEnrollToken']>()
  const [wrong, setWrong] = useState<string>()
  const create = useAction(
    (body: Schemas['CreateEnrollToken']) => get(api.POST('/api/v1/enroll-tokens', { body })),
    { quiet: true, stale: [['enroll-tokens']], onDone: setMade },
  )
  if (made) {
    return (
      <Panel title="Enrol a host" onClose={onClose} wide>
        <p className="mb-3 text-fg-2">
          Type this on the host, as root for everybody’s crontabs or as a user for their own:
        </p>
        <Secret text={made.command} label="enrolment line">
          It holds a secret that is shown this once. It ends <At at={made.enroll_token.expires_at} />
          {made.enroll_token.uses > 1 ? `, and works ${made.enroll_token.uses} times.` : ', and works once.'}
        </Secret>
        <ul className="mt-4 list-disc space-y-1 pl-5 text-xs text-fg-3">
          <li>The key is made on the host and never leaves it; the server learns the public half.</li>
          <li>The agent asks the server, never the other way round: no port has to be opened.</li>
          <li>Lines in the crontab that are not ours stay as they are, to the byte.</li>
        </ul>
        <div className="mt-5 flex justify-end gap-2">
          <Button onClick={() => setMade(undefined)}>Another</Button>
          <Button kind="solid" onClick={onClose}>
            Done
          </Button>
        </div>
      </Panel>
    )
  }
  return (
    <Panel title="Enrol a host" onClose={onClose}>
      <FieldErrors value={wrong ? { labels: wrong } : {}}>
        <Form
          action="Make the line"
          error={create.error}
          pending={create.isPending}
          onCancel={onClose}
          onSubmit={(data) => {
            const read = readLabels(text(data, 'labels'))
            setWrong(read.wrong)
            if (read.wrong) return
            create.mutate({
              labels: read.labels,
              uses: Number(text(data, 'uses')) || undefined,
              expires_in_minutes: Number(text(data, 'expires')) || undefined,
              approval: data.get('approval') === 'on',
              repository: text(data, 'repository') || undefined,
            })
          }}
        >
          <Field
            name="labels"
            label="Labels"
            placeholder="role=db env=production"
            help={wrong ?? 'What manifests select hosts by. They can be changed later.'}
            className="font-mono text-xs"
          />
          <div className="grid grid-cols-2 gap-3">
            <Field
              name="uses"
              label="Hosts"
              type="number"
              min={1}
              max={1000}
              defaultValue={1}
              help="How often it works."
            />
            <Select
              name="expires"
              label="Ends in"
              defaultValue="15"
              options={[
                { value: '15', label: '15 minutes' },
                { value: '60', label: '1 hour' },
                { value: '1440', label: '1 day' },
                { value: '10080', label: '7 days' },
              ]}
            />
          </div>
          {repositories.length > 1 && (
            <Select
              name="repository"
              label="Repository"
              options={repositories.map((r) => ({ value: r.name, label: r.name }))}
              help="Where its jobs come from."
            />
          )}
          <Check
            name="approval"
            label="An admin approves who joins"
            help="Until then the host holds nothing."
          />
        </Form>
      </FieldErrors>
    </Panel>
  )
}
