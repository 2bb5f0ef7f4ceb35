import { useTicking } from '@ui/lib/clock'
import { day, hhmm, zoneName } from '@ui/lib/time'
import { chooseZone, useZone, useZoneChoice, useZones } from '@ui/lib/zone'
import { Segmented } from '@ui/primitives'

/** The present, and the zone in which it and every other time is shown. */
export function ZoneSwitch() {
  const choice = useZoneChoice()
  const zone = useZone()
  const options = useZones()
  const clock = useTicking(
    (now) => `${day(now, zone)} · ${hhmm(now, zone)} ${zone === 'UTC' ? 'UTC' : zoneName(now, zone)}`,
  )
  return (
    <div className="hidden items-center gap-2 md:flex">
      <span className="num text-xs text-fg-3" title={zone}>
        {clock}
      </span>
      <Segmented label="Time zone" value={choice} onChange={chooseZone} options={options} />
    </div>
  )
}
