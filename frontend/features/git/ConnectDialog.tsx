import { useAction } from '@app/api/action'
import { api, get, type Schemas } from '@app/api/client'
import { Form, text } from '@app/features/auth/Form'
import { Snippet } from '@ui/Copy'
import { Panel } from '@ui/Dialog'
import { Field, TextArea } from '@ui/Field'
import { Button, Note, Segmented } from '@ui/primitives'
import { useState } from 'react'

type How = 'built_in' | 'remote'

/** A repository to take manifests from: an empty one here, or one that is somewhere. */
export function ConnectDialog({ onClose }: { onClose: () => void }) {
  const [how, setHow] = useState<How>('built_in')
  const [made, setMade] = useState<Schemas['CreatedRepository']>()
  const connect = useAction(
    (body: Schemas['ConnectRepository']) => get(api.POST('/api/v1/repositories', { body })),
    {
      quiet: true,
      stale: [['repositories']],
      onDone: setMade,
    },
  )
  if (made) {
    return (
      <Panel title={`${made.repository.name} is connected`} onClose={onClose} wide>
        {how === 'built_in' ? (
          <>
            <p className="mb-3 text-fg-2">
              Clone it, write a manifest, and push. An API token or your password opens it.
            </p>
            <Snippet text={firstPush(made)} label="first push" />
          </>
        ) : (
          <Note tone="ok">It is being fetched. What is wrong in it shows on its page.</Note>
        )}
        <div className="mt-5 flex justify-end">
          <Button kind="solid" onClick={onClose}>
            Done
          </Button>
        </div>
      </Panel>
    )
  }
  return (
    <Panel title="Connect a repository" onClose={onClose}>
      <div className="mb-4">
        <Segmented
          label="Where it is"
          value={how}
          onChange={setHow}
          options={[
            { value: 'built_in', label: 'New, on the built-in host' },
            { value: 'remote', label: 'Somewhere else' },
          ]}
        />
      </div>
      <Form
        action="Connect"
        error={connect.error}
        pending={connect.isPending}
        onCancel={onClose}
        onSubmit={(data) =>
          connect.mutate({
            name: text(data, 'name'),
            branch: text(data, 'branch') || undefined,
            remote_url: text(data, 'remote_url') || undefined,
            https_token: text(data, 'https_token') || undefined,
            ssh_key: String(data.get('ssh_key') ?? '') || undefined,
            sync_interval_seconds: Number(text(data, 'sync_interval_seconds')) || undefined,
          })
        }
      >
        <Field
          name="name"
          label="Name"
          placeholder="jobs"
          help="Lower-case letters, digits and dashes."
          required
        />
        {how === 'remote' && (
          <>
            <Field
              name="remote_url"
              label="Address"
              placeholder="https://git.example.com/ops/jobs.git"
              className="font-mono text-xs"
              required
            />
            <Field
              name="https_token"
              label="Token for HTTPS"
              type="password"
              autoComplete="off"
              help="Kept encrypted and never shown again."
            />
            <TextArea
              name="ssh_key"
              label="Or a private SSH key"
              placeholder="-----BEGIN OPENSSH PRIVATE KEY-----"
              help="One that may read this repository alone."
              spellCheck={false}
            />
            <Field
              name="sync_interval_seconds"
              label="Seconds between fetches"
              type="number"
              min={10}
              max={86400}
              placeholder="60"
              help="A webhook makes it at once; this is the floor."
            />
          </>
        )}
        <Field name="branch" label="Branch" placeholder="main" />
      </Form>
    </Panel>
  )
}

const firstPush = (made: Schemas['CreatedRepository']) => `git clone ${made.clone_url}
cd ${made.repository.name}
mkdir -p production
crontopus manifest new > production/backup.yaml
git add . && git commit -m "Back up every night" && git push`
