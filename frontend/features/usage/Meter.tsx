import type { Schemas } from '@app/api/client'
import { bytes, int } from '@ui/lib/time'
import { WORDS } from './words'

const shown = (of: Schemas['UsageKind'], n: number) => (of === 'output_bytes' ? bytes(n) : int(n))

/** How many of something there are, and how near that is to what there may be. */
export function Meter({ meter: { of, used, limit } }: { meter: Schemas['UsageMeter'] }) {
  const share = limit ? Math.min(1, used / limit) : undefined
  const tone =
    share === undefined || share < 0.8 ? 'fill-bar' : share < 1 ? 'fill-late-fill' : 'fill-fail-fill'
  const { name, help } = WORDS[of]
  return (
    <div className="min-w-0 bg-surface px-4 py-3">
      <dt className="label">{name}</dt>
      <dd className="mt-1">
        <span className="num text-xl font-medium tracking-tight">{shown(of, used)}</span>
        {limit != null && <span className="num text-xs text-fg-3"> of {shown(of, limit)}</span>}
        {share !== undefined && (
          <span className="mt-1.5 block h-1 overflow-hidden rounded-full bg-line" aria-hidden="true">
            <svg className="block h-1 w-full" preserveAspectRatio="none" viewBox="0 0 100 1">
              <rect width={Math.max(share * 100, used ? 1 : 0)} height="1" className={tone} />
            </svg>
          </span>
        )}
        <span className="mt-1 block text-xs text-fg-3">
          {share !== undefined && share >= 0.8 ? `${Math.round(share * 100)} % of what there may be` : help}
        </span>
      </dd>
    </div>
  )
}
