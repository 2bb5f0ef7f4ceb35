import { repositoriesQuery } from '@app/api/queries/git'
import { Diagnostics } from '@app/features/git/Diagnostics'
import { useQuery } from '@tanstack/react-query'
import { useBlocker } from '@tanstack/react-router'
import { Copy, Snippet } from '@ui/Copy'
import { Card, Note } from '@ui/primitives'
import { useDeferredValue, useEffect, useState } from 'react'
import { Editor } from './Editor'
import { nameOf, scheduleOf } from './names'
import { SchedulePreview } from './SchedulePreview'
import { validateQuery } from './validate'

/** A manifest to commit: written here, checked by the server, taken to Git by its author. */
export function Proposal({ base, text, file }: { base?: string; text: string; file: string }) {
  const [now, setNow] = useState(text)
  const { data: repositories = [] } = useQuery(repositoriesQuery)
  const repository = repositories[0]
  useBlocker({
    shouldBlockFn: () => now !== text && !confirm('What you wrote is nowhere else. Leave it?'),
    enableBeforeUnload: () => now !== text,
  })
  const path = base === undefined ? file.replace(/[^/]+\.yaml$/, `${nameOf(now) ?? 'job'}.yaml`) : file
  const checked = useSettled(now, 400)
  const { data: found } = useQuery(validateQuery(checked, path, repository?.name))
  const marks = Object.fromEntries(
    (found?.diagnostics ?? [])
      .filter((d) => d.file === path)
      .map((d) => [d.line, d.severity === 'error' ? ('fail' as const) : ('late' as const)]),
  )
  const schedule = useDeferredValue(scheduleOf(checked))
  return (
    <div className="grid grid-cols-1 gap-4 xl:min-h-0 xl:flex-1 xl:grid-cols-[minmax(0,1fr)_24rem]">
      <div className="grid min-w-0 grid-cols-1 grid-rows-[minmax(26rem,1fr)_auto] gap-4 xl:min-h-0">
        <Card
          flush
          label="Manifest"
          title={<span className="font-mono text-xs">{path}</span>}
          aside={
            <>
              {found && (
                <span className={found.ok ? 'text-ok' : 'text-fail'}>
                  {found.ok ? 'a push would take it' : 'a push would refuse it'}
                </span>
              )}
              <Copy text={now} label="Copy manifest" />
            </>
          }
          className="min-h-0"
        >
          <div className="h-full overflow-hidden rounded-b-lg border-t">
            <Editor label="Manifest" value={now} onChange={setNow} marks={marks} />
          </div>
        </Card>
        {found && found.diagnostics.length > 0 && (
          <Card title="What is wrong" flush>
            <div className="scroll-thin max-h-56 overflow-auto">
              <Diagnostics items={found.diagnostics} />
            </div>
          </Card>
        )}
      </div>
      <div className="grid grid-cols-1 auto-rows-min gap-4">
        {schedule && <SchedulePreview of={schedule} />}
        <Card title="Take it to Git">
          <p className="mb-3 text-fg-2">
            Jobs are made by commits alone, so that each has an author, a reason, and a way back.
          </p>
          {now === base && (
            <div className="mb-3">
              <Note>Nothing is changed yet.</Note>
            </div>
          )}
          <Snippet
            label="commit lines"
            text={commitLines(repository?.name, path, base === undefined, nameOf(now))}
          />
        </Card>
      </div>
    </div>
  )
}

const commitLines = (repository: string | undefined, path: string, isNew: boolean, name = 'a job') =>
  [
    repository ? `cd ${repository}` : 'cd <your repository>',
    isNew ? `mkdir -p ${path.split('/').slice(0, -1).join('/') || '.'}` : '',
    `$EDITOR ${path}   # paste it`,
    `git add ${path}`,
    `git commit -m "${isNew ? 'Add' : 'Change'} ${name}"`,
    'git push',
  ]
    .filter(Boolean)
    .join('\n')

/** A value once it has stayed the same for a while. */
function useSettled<T>(value: T, length: number): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(setSettled, length, () => value)
    return () => clearTimeout(timer)
  }, [value, length])
  return settled
}
