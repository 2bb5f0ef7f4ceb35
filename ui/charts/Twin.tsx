import type { ReactNode } from 'react'

/** A chart's values as a table, for those who read rather than look. */
export function Twin({ caption, head, rows }: { caption: string; head: string[]; rows: ReactNode[][] }) {
  return (
    <details className="group mt-2 text-xs text-fg-3">
      <summary className="-ml-1 w-max cursor-default rounded-sm px-1 marker:content-none hover:text-fg">
        <span className="group-open:hidden">Show as table</span>
        <span className="hidden group-open:inline">Hide table</span>
      </summary>
      <div
        tabIndex={0}
        role="region"
        aria-label={caption}
        className="scroll-thin mt-1 max-h-64 overflow-auto"
      >
        <table className="num w-full text-left">
          <caption className="sr-only">{caption}</caption>
          <thead>
            <tr>
              {head.map((name) => (
                <th key={name} scope="col" className="py-1 pr-4 font-medium">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, i) => (
              <tr key={i} className="border-t">
                {row.map((cell, k) => (
                  <td key={k} className="py-1 pr-4 whitespace-nowrap text-fg-2">
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}
