import { SecurityCard } from '@app/features/security/SecurityCard'
import { chooseTheme, type Theme, theme } from '@app/features/theme'
import { createFileRoute } from '@tanstack/react-router'
import { Check } from '@ui/Field'
import { lettersOn, setLetters } from '@ui/lib/keys'
import { chooseZone, localZone, useZoneChoice } from '@ui/lib/zone'
import { Avatar, Card, Fact, Facts, Segmented, Tag } from '@ui/primitives'
import { PageBody, PageHead, PageTitle } from '@ui/Shell'
import { At } from '@ui/Time'
import { useState } from 'react'

export const Route = createFileRoute('/_app/profile')({ component: Profile })

function Profile() {
  const { me } = Route.useRouteContext()
  const [chosen, setChosen] = useState<Theme>(theme)
  const [letters, setOn] = useState(lettersOn)
  const zone = useZoneChoice()
  const user = me.user
  return (
    <>
      <PageHead title={<PageTitle>Profile</PageTitle>} />
      <PageBody className="p-4 md:p-6">
        <div className="grid grid-cols-1 gap-4 lg:grid-cols-2">
          <Card title="You">
            <div className="mb-4 flex items-center gap-3">
              <Avatar name={user?.name ?? '?'} size="size-10" />
              <div>
                <p className="font-medium">{user?.name}</p>
                <p className="text-xs text-fg-3">{user?.email}</p>
              </div>
            </div>
            <Facts>
              <Fact name="Account since">
                <At at={user?.created_at} />
              </Fact>
              <Fact name="Role here">{me.role}</Fact>
            </Facts>
          </Card>
          <Card title="How it looks">
            <div className="space-y-4">
              <Row label="Theme">
                <Segmented
                  label="Theme"
                  value={chosen}
                  onChange={(next) => {
                    chooseTheme(next)
                    setChosen(next)
                  }}
                  options={[
                    { value: 'system', label: 'As the system' },
                    { value: 'light', label: 'Light' },
                    { value: 'dark', label: 'Dark' },
                  ]}
                />
              </Row>
              <Row label="Times in">
                <Segmented
                  label="Time zone"
                  value={zone}
                  onChange={chooseZone}
                  options={[
                    { value: 'utc', label: 'UTC' },
                    {
                      value: 'local',
                      label: localZone() === 'UTC' ? 'Local' : `Local, ${localZone().replaceAll('_', ' ')}`,
                    },
                  ]}
                />
              </Row>
              <Check
                name="letters"
                label="Act on single letters"
                help="J and K walk lists, G leads to pages. The sheet behind ? has them all."
                checked={letters}
                onChange={(e) => {
                  setLetters(e.target.checked)
                  setOn(e.target.checked)
                }}
              />
            </div>
          </Card>
          <Card title="Tenants" flush>
            <ul>
              {me.memberships.map((m) => (
                <li key={m.tenant_id} className="flex items-center gap-3 border-t px-4 py-2">
                  <a href={`/t/${m.tenant}/`} className="flex-1 font-medium hover:underline">
                    {m.tenant}
                  </a>
                  {m.tenant_id === me.tenant_id && <Tag>this one</Tag>}
                  <span className="text-xs text-fg-3">{m.role}</span>
                </li>
              ))}
            </ul>
          </Card>
          <SecurityCard />
        </div>
      </PageBody>
    </>
  )
}

const Row = ({ label, children }: { label: string; children: React.ReactNode }) => (
  <div className="flex flex-wrap items-center justify-between gap-2">
    <span className="text-sm text-fg-2">{label}</span>
    {children}
  </div>
)
