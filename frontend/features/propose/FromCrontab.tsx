import { complaints, useAction } from '@app/api/action'
import { api, get, type Schemas } from '@app/api/client'
import { repositoriesQuery } from '@app/api/queries/git'
import { readLabels } from '@app/features/agents/labels'
import { Form, text } from '@app/features/auth/Form'
import { useQuery } from '@tanstack/react-query'
import { Copy, Snippet } from '@ui/Copy'
import { Field, FieldErrors, Select, TextArea } from '@ui/Field'
import { count, int } from '@ui/lib/time'
import { Card, Note } from '@ui/primitives'
import { Yaml } from '@ui/Yaml'
import { useState } from 'react'
import { filesAndCommit } from './filesAndCommit'

const FORMATS = [
  { value: 'user', label: 'A user’s: crontab -l' },
  { value: 'system', label: 'With a user on each line: /etc/crontab' },
] as const

/** So many manifests are shown; the lines to paste have all of them. */
const SHOWN = 50

/** A crontab by paste: the manifests it becomes, the lines that are left out, and what takes them to Git. */
export default function FromCrontab() {
  const [format, setFormat] = useState<Schemas['CrontabFormat']>('user')
  const [wrong, setWrong] = useState<string>()
  const convert = useAction(
    (body: Schemas['ConvertCrontab']) => get(api.POST('/api/v1/manifests/from-crontab', { body })),
    { quiet: true },
  )
  // A form shows only what is said of its own fields by their names.
  const { fields } = complaints(convert.error)
  return (
    <div className="grid grid-cols-1 gap-4 xl:grid-cols-[24rem_minmax(0,1fr)]">
      <Card title="Your crontab">
        <FieldErrors value={wrong ? { selector: wrong } : fields}>
          <Form
            action="Show the manifests"
            error={convert.error}
            pending={convert.isPending}
            onSubmit={(data) => {
              const labels = readLabels(text(data, 'selector'))
              setWrong(labels.wrong)
              if (labels.wrong) return
              convert.mutate({
                text: String(data.get('text') ?? ''),
                format,
                user: format === 'user' ? text(data, 'user') || undefined : undefined,
                namespace: text(data, 'namespace') || undefined,
                selector: labels.labels,
              })
            }}
          >
            <TextArea
              name="text"
              label="Crontab"
              required
              rows={12}
              spellCheck={false}
              className="whitespace-pre"
              placeholder={'MAILTO=ops@example.com\n30 2 * * * /usr/local/bin/backup'}
              help="It is read and answered, and kept nowhere."
            />
            <Select
              name="format"
              label="Whose lines"
              options={FORMATS}
              value={format}
              onChange={(e) => setFormat(e.target.value === 'system' ? 'system' : 'user')}
            />
            {format === 'user' && (
              <Field name="user" label="Runs as" placeholder="as the agent" autoComplete="off" />
            )}
            <Field name="namespace" label="Namespace" placeholder="default" autoComplete="off" />
            <Field
              name="selector"
              label="Hosts with the labels"
              placeholder="role=db"
              autoComplete="off"
              help="Several with commas. Without any, no host holds the jobs yet."
            />
          </Form>
        </FieldErrors>
      </Card>
      {convert.data ? <Converted of={convert.data} /> : <Before />}
    </div>
  )
}

const Before = () => (
  <p className="max-w-prose p-2 text-fg-2">
    Each line becomes a manifest that does the same: its shell, its environment, its percent signs. What
    cannot be carried over is named with the reason. Nothing is changed here or on any host.
  </p>
)

function Converted({ of: { manifests, skipped } }: { of: Schemas['ConvertedCrontab'] }) {
  const { data: repositories = [] } = useQuery(repositoriesQuery)
  const notes = [...new Set(manifests.flatMap((m) => m.notes))]
  return (
    <div className="grid min-w-0 grid-cols-1 auto-rows-min gap-4">
      <p role="status" className="font-medium">
        {count(manifests.length, 'manifest')}, {count(skipped.length, 'line')} left out
      </p>
      {skipped.length > 0 && (
        <Card title="Left out" flush>
          <ul aria-label="Lines that are left out" className="scroll-thin max-h-72 overflow-auto">
            {skipped.map((s) => (
              <li key={s.line} className="border-t px-4 py-2">
                <p className="font-mono text-xs break-all">
                  <span className="text-fg-3">{s.line} </span>
                  {s.text}
                </p>
                <p className="text-xs text-late">{s.reason}</p>
              </li>
            ))}
          </ul>
        </Card>
      )}
      {notes.map((note) => (
        <Note key={note}>{note}</Note>
      ))}
      {manifests.length > 0 && (
        <Card title="Take them to Git">
          <p className="mb-3 text-fg-2">
            Paste this where your clone is. When a host holds the jobs, take the lines out of its crontab, or
            they run twice.
          </p>
          <Snippet
            label="commit lines"
            className="max-h-80 overflow-auto"
            text={filesAndCommit(repositories[0]?.name, manifests)}
          />
        </Card>
      )}
      {manifests.slice(0, SHOWN).map((m) => (
        <Card
          key={m.line}
          flush
          label={m.file}
          title={<span className="font-mono text-xs">{m.file}</span>}
          aside={
            <>
              line {m.line}
              <Copy text={m.manifest} label={`Copy ${m.file}`} />
            </>
          }
        >
          <div className="border-t">
            <Yaml text={m.manifest} label={`Manifest ${m.name}`} bare />
          </div>
        </Card>
      ))}
      {manifests.length > SHOWN && (
        <p className="text-fg-3">{int(manifests.length - SHOWN)} more are in the lines to paste.</p>
      )}
    </div>
  )
}
