import { ApiButton } from '@app/features/shell/ApiButton'
import { TabLinks } from '@app/features/TabLinks'
import { createFileRoute, Outlet } from '@tanstack/react-router'
import { PageBody, PageHead, PageTitle } from '@ui/Shell'

export const Route = createFileRoute('/_app/alerts')({ component: Alerts })

function Alerts() {
  return (
    <>
      <PageHead title={<PageTitle>Alerts</PageTitle>} actions={<ApiButton />} />
      <PageBody>
        <div className="px-4 md:px-6">
          <TabLinks
            label="Parts of the alerts"
            tabs={[
              { text: 'Channels', exact: true, link: { to: '/alerts' } },
              { text: 'Routes', link: { to: '/alerts/routes' } },
              { text: 'Policies', link: { to: '/alerts/policies' } },
              { text: 'Deliveries', link: { to: '/alerts/deliveries' } },
            ]}
          />
        </div>
        <Outlet />
      </PageBody>
    </>
  )
}
