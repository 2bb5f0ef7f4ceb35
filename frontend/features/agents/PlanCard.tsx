import { useReason } from '@app/api/access'
import { useAction } from '@app/api/action'
import { api, get, type Schemas } from '@app/api/client'
import { Link } from '@tanstack/react-router'
import { Button, Card, Note, Sha } from '@ui/primitives'
import { type Look, StatusGlyph, TEXT } from '@ui/status'
import { Ago } from '@ui/Time'
import { clsx } from 'clsx'

const look = (word: string, tone: Look['tone'], shape: Look['shape']): Look => ({ word, tone, shape })

/** What an agent does about an entry, as a state of that entry. */
const STEP: Record<string, Look> = {
  create: look('To be added', 'run', 'ring'),
  update: look('To be changed', 'run', 'ring'),
  enable: look('To be switched on', 'run', 'ring'),
  disable: look('To be switched off', 'idle', 'pause'),
  remove: look('To be removed', 'run', 'ring'),
  repair: look('Changed on the host', 'late', 'clock'),
  adopt: look('To be adopted', 'run', 'ring'),
  leave: look('Not in Git', 'miss', 'gap'),
}
const DONE: Record<string, string> = {
  create: 'Added',
  update: 'Changed',
  enable: 'Switched on',
  disable: 'Switched off',
  remove: 'Removed',
  repair: 'Changed on the host, and put back',
  adopt: 'Adopted',
}
const other = (word: string) => look(word, 'idle', 'query')

/** Git says, the host has: what differs, and what is done about it. */
export function PlanCard({ agent, head }: { agent: Schemas['Agent']; head?: string | null }) {
  const plan = agent.plan
  // What was planned towards the commit that is applied has been done; what went wrong says so itself.
  const isDone = !!plan?.commit && plan.commit === agent.applied_commit && !plan.held
  const why = useReason('admin')
  const confirm = useAction(
    () => get(api.POST('/api/v1/agents/{agent}/confirm', { params: { path: { agent: agent.id } } })),
    { done: 'Confirmed; the agent goes on', stale: [['agent', agent.id], ['agents']] },
  )
  return (
    <Card
      title="Git says, the host has"
      flush
      aside={
        agent.applied_commit ? (
          <span>
            applied <Sha of={agent.applied_commit} />
            <span className="max-sm:hidden">{head && ', the newest'}</span>
            {plan && ', '}
            {plan && <Ago at={plan.made_at} />}
          </span>
        ) : (
          'nothing applied yet'
        )
      }
    >
      {plan?.held && (
        <div className="flex flex-wrap items-center gap-3 px-4 pb-3">
          <div className="min-w-0 flex-1">
            <Note tone="late">It waits for a person: {plan.held}</Note>
          </div>
          <Button small reason={why} pending={confirm.isPending} onClick={() => confirm.mutate()}>
            Confirm the plan
          </Button>
        </div>
      )}
      {!plan || plan.steps.length === 0 ? (
        <p className="flex items-center gap-2 border-t px-4 py-3 text-fg-2">
          <StatusGlyph of={look('In sync', 'ok', 'dot')} quiet />
          {agent.applied_commit
            ? 'Everything on the host is as Git says.'
            : 'The agent has not reported yet what it found.'}
        </p>
      ) : (
        <ul>
          {plan.steps.map((s, i) => (
            <Step key={`${s.job}.${i}`} step={s} isDone={isDone} />
          ))}
        </ul>
      )}
    </Card>
  )
}

function Step({ step: s, isDone }: { step: Schemas['PlanStep']; isDone: boolean }) {
  const past = isDone && !s.error ? DONE[s.action] : undefined
  const how = past ? look(past, 'ok', 'dot') : (STEP[s.action] ?? other(s.action))
  const [namespace, name] = s.job.split('/')
  return (
    <li className="border-t px-4 py-2.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <StatusGlyph of={how} quiet />
        {namespace && name ? (
          <Link to="/jobs/$namespace/$name" params={{ namespace, name }} className="hover:underline">
            <span className="text-fg-3">{namespace} / </span>
            <span className="font-medium">{name}</span>
          </Link>
        ) : (
          <span className="font-medium">{s.job}</span>
        )}
        <span className={clsx('text-xs', TEXT[how.tone])}>{how.word}</span>
        <span className="min-w-0 flex-1 text-xs text-fg-3">{s.reason}</span>
      </div>
      {(s.before || s.after) && <Entries of={s.job} before={s.before} after={s.after} />}
      {s.error && (
        <div className="mt-2">
          <Note tone="fail">{s.error}</Note>
        </div>
      )}
    </li>
  )
}

/** The entry as it is and as it will be, line by line. */
function Entries({ of, before, after }: { of: string; before?: string | null; after?: string | null }) {
  const old = before?.trimEnd().split('\n') ?? []
  const now = after?.trimEnd().split('\n') ?? []
  const rows = [
    ...old.filter((l) => !now.includes(l)).map((text) => ({ sign: '−', text, className: 'bg-fail-soft' })),
    ...now.map((text) =>
      old.includes(text) ? { sign: '', text, className: '' } : { sign: '+', text, className: 'bg-ok-soft' },
    ),
  ]
  return (
    <section
      aria-label={`Entry of ${of} on the host`}
      tabIndex={0}
      className="scroll-thin mt-2 overflow-x-auto rounded-md border bg-sunken py-1 font-mono text-xs leading-5"
    >
      <div className="w-max min-w-full">
        {rows.map((r, i) => (
          <div key={i} className={clsx('grid grid-cols-[1.75rem_1fr] pr-3', r.className)}>
            <span className="text-center text-fg-3 select-none">{r.sign}</span>
            <span className="whitespace-pre">{r.text}</span>
          </div>
        ))}
      </div>
    </section>
  )
}
