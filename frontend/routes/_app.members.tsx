import { useReason } from '@app/api/access'
import { useAction } from '@app/api/action'
import { api, done, get, type Schemas } from '@app/api/client'
import { rowsOf } from '@app/api/queries/list'
import { invitationsQuery, membersQuery } from '@app/api/queries/people'
import { atLeast } from '@app/api/roles'
import { More } from '@app/features/More'
import { Invite } from '@app/features/people/Invite'
import { ROLES } from '@app/features/people/roles'
import { ApiButton } from '@app/features/shell/ApiButton'
import { useInfiniteQuery, useSuspenseInfiniteQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { Confirm } from '@ui/Dialog'
import { Avatar, Button, Card, Tag } from '@ui/primitives'
import { PageBody, PageHead, PageTitle } from '@ui/Shell'
import { Ago } from '@ui/Time'
import { Plus, UserMinus, X } from 'lucide-react'
import { useState } from 'react'

export const Route = createFileRoute('/_app/members')({
  loader: ({ context }) => context.query.ensureInfiniteQueryData(membersQuery),
  component: Members,
})

function Members() {
  const { me } = Route.useRouteContext()
  const list = useSuspenseInfiniteQuery(membersQuery)
  const admin = atLeast(me.role, 'admin')
  const { data: invited } = useInfiniteQuery({ ...invitationsQuery, enabled: admin })
  const [inviting, setInviting] = useState(false)
  const why = useReason('admin')
  const invitations = rowsOf(invited)
  return (
    <>
      <PageHead
        title={<PageTitle>Members</PageTitle>}
        actions={
          <>
            <ApiButton />
            <Button kind="solid" icon={<Plus />} reason={why} onClick={() => setInviting(true)}>
              Invite
            </Button>
          </>
        }
      />
      <PageBody className="p-4 md:p-6">
        <div className="grid grid-cols-1 gap-4 xl:grid-cols-[minmax(0,1fr)_22rem]">
          <div className="grid grid-cols-1 min-w-0 auto-rows-min gap-4">
            <Card title="People" flush>
              <ul aria-label="Members">
                {rowsOf(list.data).map((m) => (
                  <Member key={m.user_id} member={m} me={me} />
                ))}
              </ul>
              <More of={list} />
            </Card>
            {invitations.length > 0 && (
              <Card title="Invited" flush>
                <ul>
                  {invitations.map((i) => (
                    <Invitation key={i.id} invitation={i} />
                  ))}
                </ul>
              </Card>
            )}
          </div>
          <Card title="Roles" className="self-start">
            <dl className="space-y-3">
              {ROLES.map((r) => (
                <div key={r.role}>
                  <dt className="font-medium capitalize">{r.role}</dt>
                  <dd className="text-xs text-fg-2">{r.means}</dd>
                </div>
              ))}
            </dl>
          </Card>
        </div>
      </PageBody>
      {inviting && <Invite role={me.role} onClose={() => setInviting(false)} />}
    </>
  )
}

function Member({ member: m, me }: { member: Schemas['Member']; me: Schemas['Me'] }) {
  const [asking, setAsking] = useState(false)
  const role = useReason('admin')
  const self = m.user_id === me.user?.id
  const why = role || (!atLeast(me.role, m.role) && `Only an owner changes an ${m.role}`)
  const stale = [['members'], ['me']]
  const path = { params: { path: { user_id: m.user_id } } }
  const update = useAction(
    (next: Schemas['Role']) => get(api.PATCH('/api/v1/members/{user_id}', { ...path, body: { role: next } })),
    { done: `${m.name} has another role now`, stale },
  )
  const remove = useAction(() => done(api.DELETE('/api/v1/members/{user_id}', path)), {
    done: `${m.name} is no longer a member`,
    stale,
    onDone: () => setAsking(false),
  })
  return (
    <li className="flex items-center gap-3 border-t px-4 py-2">
      <Avatar name={m.name || m.email} size="size-7" />
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">
          {m.name} {self && <Tag>you</Tag>}
        </span>
        <span className="block truncate text-xs text-fg-3">{m.email}</span>
      </span>
      <span className="text-xs text-fg-3 max-md:hidden">
        joined <Ago at={m.joined_at} />
      </span>
      <select
        aria-label={`Role of ${m.name}`}
        value={m.role}
        disabled={!!why || update.isPending}
        title={why || undefined}
        onChange={(e) => update.mutate(e.target.value as Schemas['Role'])}
        className="h-8 rounded-md border border-line-2 bg-surface px-2 text-sm disabled:opacity-60"
      >
        {ROLES.map((r) => (
          <option key={r.role} value={r.role} disabled={!atLeast(me.role, r.role)}>
            {r.role}
          </option>
        ))}
      </select>
      <Button
        kind="ghost"
        icon={<UserMinus />}
        aria-label={`Remove ${m.name}`}
        reason={why}
        onClick={() => setAsking(true)}
      />
      {asking && (
        <Confirm
          title={self ? 'Leave the tenant?' : `Remove ${m.name}?`}
          action={self ? 'Leave' : 'Remove'}
          pending={remove.isPending}
          onClose={() => setAsking(false)}
          onConfirm={() => remove.mutate()}
        >
          <p>Their sessions end at once, and tokens they made can do nothing any more.</p>
        </Confirm>
      )}
    </li>
  )
}

function Invitation({ invitation: i }: { invitation: Schemas['Invitation'] }) {
  const why = useReason('admin')
  const end = useAction(
    () => done(api.DELETE('/api/v1/invitations/{id}', { params: { path: { id: i.id } } })),
    {
      done: 'The invitation no longer works',
      stale: [['invitations']],
    },
  )
  return (
    <li className="flex items-center gap-3 border-t px-4 py-2">
      <span className="min-w-0 flex-1 truncate">{i.email}</span>
      <Tag>{i.role}</Tag>
      <span className="text-xs text-fg-3">
        ends <Ago at={i.expires_at} />
      </span>
      <Button
        kind="ghost"
        small
        icon={<X />}
        aria-label={`Take back the invitation of ${i.email}`}
        reason={why}
        onClick={() => end.mutate()}
      />
    </li>
  )
}
