import { useReason } from '@app/api/access'
import { useAction } from '@app/api/action'
import { api, get, type Schemas } from '@app/api/client'
import { tenantQuery } from '@app/api/queries/me'
import { Form, text } from '@app/features/auth/Form'
import { NewTenant } from '@app/features/people/NewTenant'
import { PublicCard } from '@app/features/people/PublicCard'
import { ScrapeCard } from '@app/features/people/ScrapeCard'
import { TenantKey } from '@app/features/people/TenantKey'
import { ApiButton } from '@app/features/shell/ApiButton'
import { useSuspenseQuery } from '@tanstack/react-query'
import { createFileRoute } from '@tanstack/react-router'
import { Field } from '@ui/Field'
import { Card, Fact, Facts } from '@ui/primitives'
import { PageBody, PageHead, PageTitle } from '@ui/Shell'
import { At } from '@ui/Time'

export const Route = createFileRoute('/_app/settings')({
  validateSearch: (s: Record<string, unknown>): { new?: boolean } => ({ new: s.new === true || undefined }),
  loader: ({ context }) => context.query.ensureQueryData(tenantQuery),
  component: Settings,
})

function Settings() {
  const search = Route.useSearch()
  const go = Route.useNavigate()
  const { data: tenant } = useSuspenseQuery(tenantQuery)
  const why = useReason('owner')
  const update = useAction((body: Schemas['UpdateTenant']) => get(api.PATCH('/api/v1/tenant', { body })), {
    quiet: true,
    done: 'Saved',
    stale: [['tenant']],
  })
  return (
    <>
      <PageHead title={<PageTitle>Settings</PageTitle>} actions={<ApiButton />} />
      <PageBody className="p-4 md:p-6">
        <div className="grid grid-cols-1 gap-4 xl:grid-cols-[minmax(0,1fr)_22rem]">
          <div className="grid grid-cols-1 auto-rows-min gap-4">
            <Card title="Tenant">
              <Form
                key={`${tenant.name}.${tenant.timezone}`}
                action="Save"
                reason={why}
                error={update.error}
                pending={update.isPending}
                onSubmit={(data) =>
                  update.mutate({ name: text(data, 'name'), timezone: text(data, 'timezone') })
                }
              >
                <Field name="name" label="Name" defaultValue={tenant.name} required readOnly={!!why} />
                <Field
                  name="timezone"
                  label="Time zone of messages"
                  defaultValue={tenant.timezone}
                  list="zones"
                  help="IANA name, like Europe/Berlin. Schedules have zones of their own; this is for what people read."
                  required
                  readOnly={!!why}
                />
                <datalist id="zones">
                  {Intl.supportedValuesOf('timeZone').map((z) => (
                    <option key={z} value={z} />
                  ))}
                </datalist>
              </Form>
            </Card>
            <PublicCard />
          </div>
          <div className="grid grid-cols-1 auto-rows-min gap-4">
            <Card title="Facts">
              <Facts>
                <Fact name="Name in addresses">
                  <span className="font-mono text-xs">{tenant.slug}</span>
                </Fact>
                <Fact name="Id">
                  <span className="font-mono text-2xs">{tenant.id}</span>
                </Fact>
                <Fact name="Made">
                  <At at={tenant.created_at} />
                </Fact>
              </Facts>
            </Card>
            <TenantKey />
            <ScrapeCard />
          </div>
        </div>
      </PageBody>
      {search.new && <NewTenant onClose={() => void go({ search: {} })} />}
    </>
  )
}
