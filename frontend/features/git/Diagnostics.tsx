import type { Schemas } from '@app/api/client'
import { StatusGlyph, SYNC } from '@ui/status'

/** What is wrong with manifests, where, and how to mend it. */
export const Diagnostics = ({ items }: { items: Schemas['Diagnostic'][] }) => (
  <ul>
    {items.map((d, i) => (
      <li key={`${d.file}.${d.line}.${d.column}.${i}`} className="flex gap-3 border-t px-4 py-2.5">
        <span className="pt-0.5">
          <StatusGlyph of={d.severity === 'error' ? SYNC.failed : SYNC.partial} quiet />
        </span>
        <div className="min-w-0 flex-1">
          <p>
            <span className="sr-only">{d.severity}: </span>
            {d.message}
          </p>
          {d.help && <p className="text-xs text-fg-2">{d.help}</p>}
          <p className="mt-0.5 font-mono text-2xs text-fg-3">
            {d.file}:{d.line}:{d.column}
            {d.path && ` · ${d.path}`}
          </p>
        </div>
        <span className="hidden font-mono text-2xs text-fg-3 md:block">{d.code}</span>
      </li>
    ))}
  </ul>
)
