import { meQuery } from '@app/api/queries/me'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { SidePanel } from '@ui/Dialog'
import { chooseZone, useZoneChoice, useZones } from '@ui/lib/zone'
import { Button, Segmented } from '@ui/primitives'
import { navItem } from '@ui/Shell'
import { X } from 'lucide-react'
import { Foot } from './Foot'
import { ON_PHONES, PLACES } from './map'

/** What the rail holds and the bar at the bottom of a phone has no room for. */
export default function PhoneMenu({
  name,
  onKeys,
  onClose,
}: {
  name: string
  onKeys: () => void
  onClose: () => void
}) {
  const { data: me } = useQuery(meQuery)
  const zone = useZoneChoice()
  const zones = useZones()
  const others = (me?.memberships ?? []).filter((m) => m.tenant_id !== me?.tenant_id)
  return (
    <SidePanel label="Menu" onClose={onClose}>
      <div className="flex h-full flex-col">
        <header className="flex items-center gap-3 border-b py-3 pr-3 pl-5">
          <h2 className="min-w-0 flex-1 truncate text-base font-semibold">{name}</h2>
          <Button kind="ghost" icon={<X />} aria-label="Close" onClick={onClose} />
        </header>
        <nav aria-label="More" className="scroll-thin min-h-0 flex-1 overflow-y-auto p-3">
          <ul className="space-y-px [&_a]:h-10">
            {PLACES.filter((p) => !ON_PHONES.includes(p.to)).map((p) => (
              <li key={p.to}>
                <Link
                  to={p.to}
                  onClick={onClose}
                  activeProps={{ className: navItem(true), 'aria-current': 'page' }}
                  inactiveProps={{ className: navItem(false) }}
                >
                  <p.icon aria-hidden="true" />
                  {p.label}
                </Link>
              </li>
            ))}
          </ul>
          {others.length > 0 && (
            <>
              <h3 className="label mt-4 mb-1 px-2">Other tenants</h3>
              <ul className="space-y-px [&_a]:h-10">
                {others.map((m) => (
                  <li key={m.tenant_id}>
                    <a href={`/t/${m.tenant}/`} className={navItem(false)}>
                      {m.tenant}
                    </a>
                  </li>
                ))}
              </ul>
            </>
          )}
        </nav>
        <div className="flex items-center justify-between gap-3 border-t px-5 py-3">
          <span className="text-sm text-fg-2">Times in</span>
          <Segmented label="Time zone" value={zone} onChange={chooseZone} options={zones} />
        </div>
        <div className="px-3 pb-3">
          <Foot
            onKeys={() => {
              onClose()
              onKeys()
            }}
          />
        </div>
      </div>
    </SidePanel>
  )
}
