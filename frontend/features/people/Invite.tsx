import { useAction } from '@app/api/action'
import { api, get, type Schemas } from '@app/api/client'
import { atLeast, type Role } from '@app/api/roles'
import { Form, text } from '@app/features/auth/Form'
import { Secret } from '@ui/Copy'
import { Panel } from '@ui/Dialog'
import { Field, Select } from '@ui/Field'
import { Button } from '@ui/primitives'
import { useState } from 'react'
import { ROLES } from './roles'

/** A person to bring in. The link is handed over by whoever invites. */
export function Invite({ role, onClose }: { role: Role; onClose: () => void }) {
  const [made, setMade] = useState<Schemas['CreatedInvitation']>()
  const invite = useAction(
    (body: Schemas['CreateInvitation']) => get(api.POST('/api/v1/invitations', { body })),
    {
      quiet: true,
      stale: [['invitations']],
      onDone: setMade,
    },
  )
  if (made) {
    return (
      <Panel title={`Invitation for ${made.invitation.email}`} onClose={onClose}>
        <p className="mb-3 text-fg-2">Hand this link to them:</p>
        <Secret text={`${location.origin}/invitation#${made.secret}`} label="invitation link" />
        <div className="mt-5 flex justify-end">
          <Button kind="solid" onClick={onClose}>
            Done
          </Button>
        </div>
      </Panel>
    )
  }
  return (
    <Panel title="Invite somebody" onClose={onClose}>
      <Form
        action="Invite"
        error={invite.error}
        pending={invite.isPending}
        onCancel={onClose}
        onSubmit={(data) => invite.mutate({ email: text(data, 'email'), role: text(data, 'role') as Role })}
      >
        <Field name="email" label="E-mail" type="email" required autoFocus />
        <Select
          name="role"
          label="Role"
          defaultValue="member"
          options={ROLES.filter((r) => atLeast(role, r.role)).map((r) => ({
            value: r.role,
            label: `${r.role}: ${r.means}`,
          }))}
        />
      </Form>
    </Panel>
  )
}
