import { type DiffLine, parseDiff } from '@ui/lib/diff'
import { clsx } from 'clsx'

const ROW = {
  added: 'bg-ok-soft',
  removed: 'bg-fail-soft',
  same: '',
  hunk: 'bg-sunken text-fg-3',
  file: 'text-fg-3',
}
const SIGN = { added: '+', removed: '−', same: '', hunk: '', file: '' }

/** One line of a diff: its numbers on both sides, its sign, its text. */
export function DiffRow({ line: l }: { line: DiffLine }) {
  // On a colour of its own a number needs more to be read.
  const number = clsx(
    'pr-2 text-right select-none',
    l.kind === 'added' || l.kind === 'removed' ? 'text-fg-2' : 'text-fg-3',
  )
  return (
    <div className={clsx('grid grid-cols-[2.5rem_2.5rem_1.25rem_1fr] pr-3', ROW[l.kind])}>
      <span className={number}>{l.old}</span>
      <span className={number}>{l.now}</span>
      <span className={clsx(l.kind === 'added' && 'text-ok', l.kind === 'removed' && 'text-fail')}>
        {SIGN[l.kind]}
      </span>
      <span className="whitespace-pre">{l.kind === 'hunk' ? `⋯ ${l.text}` : l.text}</span>
    </div>
  )
}

/** A unified diff with both numbers. Signs as well as colours say what is new. */
export function Diff({ text, label = 'Diff' }: { text: string; label?: string }) {
  const lines = parseDiff(text).filter((l) => l.kind !== 'file')
  return (
    <section
      aria-label={label}
      tabIndex={0}
      className="scroll-thin overflow-x-auto py-1 font-mono text-xs leading-5"
    >
      <div className="w-max min-w-full">
        {lines.map((l, i) => (
          <DiffRow key={`${i}.${l.kind}`} line={l} />
        ))}
      </div>
    </section>
  )
}
