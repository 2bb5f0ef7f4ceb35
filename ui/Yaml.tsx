import { yamlPieces } from '@ui/lib/yaml'
import { clsx } from 'clsx'

/** YAML as committed, with line numbers, and a mark on each line something is said about. */
export function Yaml({
  text,
  first = 1,
  marks = {},
  label = 'Manifest',
  bare,
}: {
  text: string
  first?: number
  /** Without numbers: for a part of a document. */
  bare?: boolean
  /** By line number: what is wrong there. */
  marks?: Record<number, { tone: 'fail' | 'late'; text: string }>
  label?: string
}) {
  return (
    <section
      aria-label={label}
      tabIndex={0}
      className="scroll-thin overflow-x-auto py-2 font-mono text-xs leading-5"
    >
      <div className="w-max min-w-full">
        {text
          .replace(/\n$/, '')
          .split('\n')
          .map((line, i) => {
            const mark = marks[first + i]
            return (
              <div key={first + i}>
                <div
                  className={clsx(
                    'flex pr-4',
                    mark && (mark.tone === 'fail' ? 'bg-fail-soft' : 'bg-late-soft'),
                  )}
                >
                  {bare ? (
                    <span className="w-4 shrink-0" />
                  ) : (
                    <span className="w-12 shrink-0 pr-4 text-right text-fg-3 select-none">{first + i}</span>
                  )}
                  <span className="whitespace-pre">
                    {yamlPieces(line).map((p, k) => (
                      <span key={k} className={p.kind ? `y-${p.kind}` : undefined}>
                        {p.text}
                      </span>
                    ))}
                  </span>
                </div>
                {mark && (
                  <p
                    className={clsx(
                      'py-0.5 pr-4 pl-12 font-sans',
                      mark.tone === 'fail' ? 'text-fail' : 'text-late',
                    )}
                  >
                    {mark.text}
                  </p>
                )}
              </div>
            )
          })}
      </div>
    </section>
  )
}
