const NAMES = ['min', 'hour', 'day', 'month', 'week']
const WITH_SECONDS = ['sec', ...NAMES]

/** The fields, each over its name: cron explained without a manual. What is not cron stays as written. */
export function Cron({ schedule }: { schedule: string }) {
  const fields = schedule.trim().split(/\s+/)
  const names = fields.length === 6 ? WITH_SECONDS : NAMES
  if (fields.length !== names.length || /^(every|on|@)/.test(schedule)) {
    return <p className="rounded-md border bg-sunken px-3 py-2 font-mono text-sm">{schedule}</p>
  }
  return (
    <div
      role="img"
      aria-label={`Cron expression ${schedule}`}
      className="flex overflow-hidden rounded-md border bg-sunken text-center"
    >
      {fields.map((field, i) => (
        <div key={names[i]} className={i ? 'min-w-0 flex-auto border-l px-1' : 'min-w-0 flex-auto px-1'}>
          <div className="truncate pt-1.5 font-mono text-base" title={field}>
            {field}
          </div>
          <div className="pb-1 text-2xs text-fg-3">{names[i]}</div>
        </div>
      ))}
    </div>
  )
}
