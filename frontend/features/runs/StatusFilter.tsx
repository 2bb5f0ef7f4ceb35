import type { Schemas } from '@app/api/client'
import { Chip } from '@ui/primitives'
import { RUN, StatusGlyph } from '@ui/status'

const SHOWN: Schemas['RunStatus'][] = [
  'running',
  'failed',
  'timed_out',
  'missed',
  'succeeded',
  'skipped',
  'unknown',
]

/** Runs that went one way. */
export const StatusFilter = ({
  value,
  onChange,
}: {
  value?: Schemas['RunStatus']
  onChange: (status?: Schemas['RunStatus']) => void
}) => (
  <fieldset className="no-bar flex min-w-0 max-w-full items-center gap-1 overflow-x-auto">
    <legend className="sr-only">Status</legend>
    <Chip on={!value} onClick={() => onChange(undefined)}>
      All
    </Chip>
    {SHOWN.map((s) => (
      <Chip key={s} on={value === s} onClick={() => onChange(value === s ? undefined : s)}>
        <StatusGlyph of={RUN[s]} size={13} quiet />
        {RUN[s].word}
      </Chip>
    ))}
  </fieldset>
)
