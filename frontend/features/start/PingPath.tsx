import { useReason } from '@app/api/access'
import { useAction } from '@app/api/action'
import { api, get } from '@app/api/client'
import { Link } from '@tanstack/react-router'
import { Button, Note } from '@ui/primitives'
import { RUN, StatusGlyph } from '@ui/status'
import { Ago } from '@ui/Time'
import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import type { Progress } from './progress'
import { RepositoryStep } from './RepositoryStep'
import { Snippets } from './Snippets'
import { Step } from './Step'

const MANIFEST = {
  file: 'production/backup.yaml',
  text: `apiVersion: crontopus/v1
kind: Job
metadata:
  name: backup
spec:
  description: Nightly backup, scheduled elsewhere
  schedule: "0 2 * * *"
  timezone: UTC
  startWindow: {late: 10m}
  maxRuntime: 1h
`,
}

/** From nothing to a check-in that counts, for jobs that something else schedules. */
export function PingPath({
  progress,
  how,
  onHow,
}: {
  progress?: Progress
  how?: string
  onHow: (key: string) => void
}) {
  const [base, setBase] = useState<string>()
  const why = useReason('admin')
  const key = useAction(() => get(api.POST('/api/v1/tenant/key')), { onDone: (made) => setBase(made.url) })
  const job = progress?.firstJob
    ? `${progress.firstJob.namespace}/${progress.firstJob.name}`
    : 'production/backup'
  const url = `${base ?? `${location.origin}/in/<KEY>`}/${job}`
  return (
    <ol className="mt-8">
      <RepositoryStep progress={progress} manifest={MANIFEST} />
      <Step number={3} title="One line where it is scheduled" done={!!progress?.run}>
        {base ? (
          <Note tone="late">
            The key is in the lines below. It is shown this once: paste it now, or make another later.
          </Note>
        ) : (
          <div className="flex flex-wrap items-center gap-3">
            <Button icon={<KeyRound />} reason={why} pending={key.isPending} onClick={() => key.mutate()}>
              Make a check-in key
            </Button>
            <span className="text-xs text-fg-3">
              It fills <code className="font-mono">&lt;KEY&gt;</code> below; one that was made before ends.
            </span>
          </div>
        )}
        <Snippets url={url} chosen={how} onChoose={onHow} />
      </Step>
      <FirstRun progress={progress} />
    </ol>
  )
}

/** Turns green by itself. */
export function FirstRun({ progress }: { progress?: Progress }) {
  const run = progress?.run
  return (
    <Step number={4} title="The first run" done={!!run} last>
      {run ? (
        <p role="status" className="flex items-center gap-2 text-ok">
          <StatusGlyph of={RUN[run.status]} />
          <span>
            <Link to="/runs/$id" params={{ id: run.id }} className="font-medium hover:underline">
              {run.namespace}/{run.name}
            </Link>{' '}
            was heard <Ago at={run.started_at ?? run.created_at} />. From now on you hear of what does not
            come.
          </span>
        </p>
      ) : (
        <p role="status" className="flex items-center gap-2">
          <span className="animate-run">
            <StatusGlyph of={RUN.running} quiet />
          </span>
          Waiting for the first one. This page notices by itself.
        </p>
      )}
    </Step>
  )
}
