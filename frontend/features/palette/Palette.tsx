import { api, get } from '@app/api/client'
import { PLACES } from '@app/features/shell/map'
import { chooseTheme, theme } from '@app/features/theme'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Dialog } from '@ui/Dialog'
import { nextZone } from '@ui/lib/zone'
import { Kbd } from '@ui/primitives'
import { AGENT, JOB, StatusGlyph } from '@ui/status'
import { toast } from '@ui/toast'
import { clsx } from 'clsx'
import { Clock, FileCode2, GitBranch, Keyboard, SunMoon } from 'lucide-react'
import { type ReactNode, useDeferredValue, useId, useState } from 'react'

type Entry = { id: string; group: string; text: string; view: ReactNode; run: () => void }

const line = (icon: ReactNode, text: ReactNode, end?: ReactNode) => (
  <>
    {icon}
    <span className="min-w-0 flex-1 truncate">{text}</span>
    {end}
  </>
)

/** One input, one list: jobs and hosts the server finds, then pages and actions. */
export default function Palette({ onClose, onKeys }: { onClose: () => void; onKeys: () => void }) {
  const id = useId()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const needle = useDeferredValue(text.trim().toLowerCase())
  const entries = useEntries(needle, onClose, onKeys)
  const on = Math.min(at, entries.length - 1)
  return (
    <Dialog
      label="Search and commands"
      onClose={onClose}
      className="mx-auto mt-[12vh] w-[min(640px,92vw)] rounded-xl"
    >
      <input
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={entries[on] && `${id}-${on}`}
        aria-label="Search or run a command"
        placeholder="Search jobs and agents, or type where to go"
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(e) => {
          setText(e.target.value)
          setAt(0)
        }}
        onKeyDown={(e) => {
          if (e.key === 'ArrowDown') setAt((on + 1) % Math.max(1, entries.length))
          else if (e.key === 'ArrowUp') setAt((on - 1 + entries.length) % Math.max(1, entries.length))
          else if (e.key === 'Enter') entries[on]?.run()
          else return
          e.preventDefault()
        }}
        className="h-12 w-full border-b bg-transparent px-4 text-base outline-none placeholder:text-fg-3"
      />
      <div id={id} role="listbox" aria-label="Results" className="scroll-thin max-h-[46vh] overflow-auto p-2">
        {entries.length === 0 && <p className="p-6 text-center text-fg-3">Nothing matches “{text}”.</p>}
        {entries.map((e, i) => (
          <div key={e.id} role="presentation">
            {entries[i - 1]?.group !== e.group && (
              <div role="presentation" className="label px-2.5 py-1.5">
                {e.group}
              </div>
            )}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the combobox above owns the keyboard */}
            <div
              id={`${id}-${i}`}
              role="option"
              aria-selected={i === on}
              tabIndex={-1}
              onClick={e.run}
              onPointerMove={() => setAt(i)}
              ref={i === on ? (el) => el?.scrollIntoView({ block: 'nearest' }) : undefined}
              className={clsx(
                'flex h-9 items-center gap-2.5 rounded-md px-2.5 text-sm [&_svg]:size-4',
                i === on ? 'bg-line text-fg' : 'text-fg-2',
              )}
            >
              {e.view}
            </div>
          </div>
        ))}
      </div>
    </Dialog>
  )
}

function useEntries(needle: string, onClose: () => void, onKeys: () => void): Entry[] {
  const go = useNavigate()
  const { data: jobs } = useQuery({
    queryKey: ['palette', 'jobs', needle],
    queryFn: ({ signal }) =>
      get(api.GET('/api/v1/jobs', { params: { query: { q: needle || undefined, limit: 12 } }, signal })),
    placeholderData: (before) => before,
  })
  const { data: agents } = useQuery({
    queryKey: ['palette', 'agents'],
    queryFn: ({ signal }) => get(api.GET('/api/v1/agents', { params: { query: { limit: 200 } }, signal })),
  })
  const close = (then: () => void) => () => {
    onClose()
    then()
  }
  const found: Entry[] = (jobs?.items ?? [])
    // The last answer stays while the next is on its way, less what no longer matches: Enter must not open a stale row.
    .filter((j) => `${j.namespace}/${j.name} ${j.description ?? ''}`.toLowerCase().includes(needle))
    .map((j) => ({
      id: j.id,
      group: 'Jobs',
      text: `${j.namespace}/${j.name}`,
      run: close(
        () => void go({ to: '/jobs/$namespace/$name', params: { namespace: j.namespace, name: j.name } }),
      ),
      view: line(
        <StatusGlyph of={JOB[j.status]} />,
        <>
          <span className="text-fg-3">{j.namespace} / </span>
          {j.name}
        </>,
        <span className="max-w-40 truncate font-mono text-2xs text-fg-3">{j.schedule}</span>,
      ),
    }))
  const hosts: Entry[] = (agents?.items ?? [])
    .filter((a) => needle && a.name.toLowerCase().includes(needle))
    .slice(0, 6)
    .map((a) => ({
      id: a.id,
      group: 'Agents',
      text: a.name,
      run: close(() => void go({ to: '/agents/$id', params: { id: a.id } })),
      view: line(<StatusGlyph of={AGENT[a.state]} />, <span className="font-mono text-xs">{a.name}</span>),
    }))
  const places: Entry[] = PLACES.map((p) => ({
    id: p.to,
    group: 'Go to',
    text: p.label,
    run: close(() => void go({ to: p.to })),
    view: line(
      <p.icon aria-hidden="true" />,
      p.label,
      p.keys?.split(' ').map((k) => <Kbd key={k}>{k}</Kbd>),
    ),
  }))
  const actions: Entry[] = [
    { text: 'New job', icon: <FileCode2 />, keys: 'C', run: () => void go({ to: '/propose' }) },
    {
      text: 'Connect a repository',
      icon: <GitBranch />,
      run: () => void go({ to: '/repositories', search: { connect: true } }),
    },
    {
      text: 'Show times in another zone',
      icon: <Clock />,
      keys: 'T',
      run: () => toast(nextZone()),
    },
    {
      text: 'Change between light and dark',
      icon: <SunMoon />,
      run: () => {
        const dark =
          theme() === 'dark' || (theme() === 'system' && matchMedia('(prefers-color-scheme: dark)').matches)
        chooseTheme(dark ? 'light' : 'dark')
      },
    },
    { text: 'Keyboard shortcuts', icon: <Keyboard />, keys: '?', run: onKeys },
  ].map((a) => ({
    id: a.text,
    group: 'Actions',
    text: a.text,
    run: close(a.run),
    view: line(a.icon, a.text, a.keys && <Kbd>{a.keys}</Kbd>),
  }))
  const match = (e: Entry) => e.text.toLowerCase().includes(needle)
  return [...found, ...hosts, ...places.filter(match), ...actions.filter(match)]
}
