import { meQuery } from '@app/api/queries/me'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Logo } from '@ui/Logo'
import { Menu } from '@ui/Menu'
import { ChevronsUpDown, Plus } from 'lucide-react'

/** The tenant's name, and the others one can change to. Another tenant is another document: nothing carries over. */
export function Switcher({ name }: { name: string }) {
  const { data: me } = useQuery(meQuery)
  const go = useNavigate()
  return (
    <Menu
      label={`Tenant ${name}`}
      className="flex h-9 w-full shrink-0 items-center gap-2.5 rounded-md px-2 text-left hover:bg-hover"
      trigger={
        <>
          <Logo size={22} />
          <span className="min-w-0 flex-1 truncate text-sm font-semibold tracking-tight">{name}</span>
          <ChevronsUpDown className="size-3.5 text-fg-3" />
        </>
      }
      items={[
        ...(me?.memberships ?? []).map((m) => ({
          label: m.tenant,
          on: m.tenant_id === me?.tenant_id,
          onSelect: () => location.assign(`/t/${m.tenant}/`),
        })),
        {
          label: 'New tenant',
          icon: <Plus />,
          onSelect: () => void go({ to: '/settings', search: { new: true } }),
        },
      ]}
    />
  )
}
