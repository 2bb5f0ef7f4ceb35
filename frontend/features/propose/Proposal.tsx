import { repositoriesQuery } from '@app/api/queries/git'
import { useQuery } from '@tanstack/react-query'
import { useBlocker } from '@tanstack/react-router'
import { Copy, Snippet } from '@ui/Copy'
import { Card } from '@ui/primitives'
import { useState } from 'react'
import { Editor } from './Editor'
import { nameOf } from './names'

/** A manifest to commit: written here, taken to Git by its author. The server never writes a job. */
export function Proposal({ base, text, file }: { base?: string; text: string; file: string }) {
  const [now, setNow] = useState(text)
  const { data: repositories = [] } = useQuery(repositoriesQuery)
  const repository = repositories[0]
  useBlocker({
    shouldBlockFn: () => now !== text && !confirm('What you wrote is nowhere else. Leave it?'),
    enableBeforeUnload: () => now !== text,
  })
  const path = base === undefined ? file.replace(/[^/]+\.yaml$/, `${nameOf(now) ?? 'job'}.yaml`) : file
  return (
    <div className="grid min-h-0 flex-1 gap-4 xl:grid-cols-[minmax(0,1fr)_24rem]">
      <Card
        flush
        label="Manifest"
        title={<span className="font-mono text-xs">{path}</span>}
        aside={<Copy text={now} label="Copy manifest" />}
        className="min-h-0"
      >
        <div className="h-full overflow-hidden rounded-b-lg border-t">
          <Editor label="Manifest" value={now} onChange={setNow} />
        </div>
      </Card>
      <div className="grid auto-rows-min gap-4">
        <Card title="Take it to Git">
          <p className="mb-3 text-fg-2">
            Jobs are made by commits alone, so that each has an author, a reason, and a way back.
          </p>
          <Snippet
            label="commit lines"
            text={[
              repository ? `cd ${repository.name}` : 'cd <your repository>',
              `mkdir -p ${path.split('/').slice(0, -1).join('/') || '.'}`,
              `$EDITOR ${path}   # paste it`,
              `git add ${path}`,
              `git commit -m "${base === undefined ? 'Add' : 'Change'} ${nameOf(now) ?? 'a job'}"`,
              'git push',
            ].join('\n')}
          />
        </Card>
      </div>
    </div>
  )
}
