import { useAction } from '@app/api/action'
import { api, get, type Schemas } from '@app/api/client'
import { Form, text } from '@app/features/auth/Form'
import { slug } from '@app/features/auth/slug'
import { Panel } from '@ui/Dialog'
import { Field } from '@ui/Field'
import { useState } from 'react'

/** A further tenant: other jobs, other people, nothing shared but the account. */
export function NewTenant({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('')
  const create = useAction((body: Schemas['CreateTenant']) => get(api.POST('/api/v1/tenants', { body })), {
    quiet: true,
    onDone: (tenant) => location.assign(`/t/${tenant.slug}/welcome`),
  })
  return (
    <Panel title="New tenant" onClose={onClose}>
      <Form
        action="Make it"
        error={create.error}
        pending={create.isPending}
        onCancel={onClose}
        onSubmit={(data) => create.mutate({ name: text(data, 'name'), slug: text(data, 'slug') })}
      >
        <Field
          name="name"
          label="Name"
          value={name}
          onChange={(e) => setName(e.target.value)}
          required
          autoFocus
        />
        <Field
          key={slug(name)}
          name="slug"
          label="Name in addresses"
          defaultValue={slug(name)}
          className="font-mono text-xs"
          required
        />
      </Form>
    </Panel>
  )
}
