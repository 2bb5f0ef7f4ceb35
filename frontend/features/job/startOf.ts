import type { Schemas } from '@app/api/client'
import { ms } from '@ui/lib/time'

/** When a run stands on an axis: when it began, else when it should have, else when it ended. */
export const startOf = (run: Schemas['Run']) =>
  ms(run.started_at ?? run.expected_at ?? run.finished_at ?? run.created_at)
