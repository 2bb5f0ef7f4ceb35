import type { Schemas } from '@app/api/client'
import { DeliveryRow } from '@app/features/alerts/DeliveryRow'
import { Card } from '@ui/primitives'

/** Who was and is to be told of an incident, and what the other side answered. */
export function Told({ incident: i }: { incident: Schemas['Incident'] }) {
  const deliveries = i.deliveries ?? []
  return (
    <Card title="Who was told" flush>
      {deliveries.length === 0 ? (
        <p className="border-t px-4 py-4 text-fg-3">
          Nobody: no route is for it and no channel is a default.
        </p>
      ) : (
        <ul aria-label="Deliveries">
          {deliveries.map((d) => (
            <DeliveryRow key={d.id} delivery={d} bare />
          ))}
        </ul>
      )}
    </Card>
  )
}
