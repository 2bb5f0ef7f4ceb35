import { yamlPieces } from '@ui/lib/yaml'
import { type KeyboardEvent, useRef } from 'react'

/**
 * A text area over its own coloured copy: the browser does the editing, undo, selection and reading aloud, and the
 * copy behind does the colours. Tab indents; Escape and then Tab leaves.
 */
export function Editor({
  value,
  onChange,
  label,
  marks = {},
}: {
  value: string
  onChange: (text: string) => void
  label: string
  /** Lines with something wrong. */
  marks?: Record<number, 'fail' | 'late'>
}) {
  const leaving = useRef(false)
  const lines = value.split('\n')
  const onKeyDown = (e: KeyboardEvent<HTMLTextAreaElement>) => {
    if (e.key === 'Escape') {
      leaving.current = true
      return
    }
    if (e.key === 'Tab' && !leaving.current && !e.shiftKey) {
      e.preventDefault()
      // Through the browser's own editing, so that it can be undone.
      document.execCommand('insertText', false, '  ')
    }
    leaving.current = false
  }
  return (
    <div className="scroll-thin relative h-full min-h-80 overflow-auto bg-sunken font-mono text-xs leading-5">
      <div className="relative min-h-full w-max min-w-full py-3 pr-4 pl-13" aria-hidden="true">
        {lines.map((line, i) => (
          <div
            key={i}
            className={
              marks[i + 1] === 'fail'
                ? '-ml-13 bg-fail-soft pl-13'
                : marks[i + 1]
                  ? '-ml-13 bg-late-soft pl-13'
                  : undefined
            }
          >
            <span className="absolute left-0 w-10 text-right text-fg-3 select-none">{i + 1}</span>
            <span className="whitespace-pre">
              {yamlPieces(line).map((p, k) => (
                <span key={k} className={p.kind ? `y-${p.kind}` : undefined}>
                  {p.text}
                </span>
              ))}
              {'​'}
            </span>
          </div>
        ))}
        <textarea
          aria-hidden="false"
          aria-label={label}
          value={value}
          onChange={(e) => onChange(e.target.value)}
          onKeyDown={onKeyDown}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          wrap="off"
          className="absolute inset-0 size-full resize-none overflow-hidden bg-transparent py-3 pr-4 pl-13 whitespace-pre text-transparent caret-fg"
        />
      </div>
    </div>
  )
}
