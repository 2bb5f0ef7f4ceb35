import { useReason } from '@app/api/access'
import { EnrollDialog } from '@app/features/agents/EnrollDialog'
import { Link } from '@tanstack/react-router'
import { Snippet } from '@ui/Copy'
import { Button } from '@ui/primitives'
import { AGENT, StatusGlyph } from '@ui/status'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { FirstRun } from './PingPath'
import type { Progress } from './progress'
import { RepositoryStep } from './RepositoryStep'
import { Step } from './Step'

const MANIFEST = {
  file: 'production/hello.yaml',
  text: `apiVersion: crontopus/v1
kind: Job
metadata:
  name: hello
spec:
  description: Says hello every minute
  schedule: "* * * * *"
  command: /bin/echo
  args: ["hello from Git"]
  host:
    names: ["*"]
  maxRuntime: 1m
`,
}

/** From nothing to a line in a crontab and its first run. */
export function AgentPath({ progress }: { progress?: Progress }) {
  const [enrolling, setEnrolling] = useState(false)
  const why = useReason('admin')
  return (
    <ol className="mt-8">
      <RepositoryStep progress={progress} manifest={MANIFEST}>
        <p className="pt-1 font-medium text-fg">Or bring the crontab you have</p>
        <Snippet
          label="import"
          text={`# in the clone; --system /etc/crontab reads root's
crontopus import crontab --namespace production --host "$(hostname)" --out .
git add . && git commit -m "Bring the crontab" && git push`}
        />
        <p className="text-xs text-fg-3">
          It reads the crontab and changes nothing in it. Take its lines out once the agent holds the jobs, or
          they run twice.
        </p>
      </RepositoryStep>
      <Step number={3} title="A host that holds it" done={!!progress?.agent}>
        {progress?.agent ? (
          <p className="flex items-center gap-2">
            <StatusGlyph of={AGENT[progress.agent.state]} />
            <Link
              to="/agents/$id"
              params={{ id: progress.agent.id }}
              className="font-mono text-xs font-medium text-fg hover:underline"
            >
              {progress.agent.name}
            </Link>
            is enrolled.
          </p>
        ) : (
          <>
            <p>
              One line on the host. The agent asks the server and is never asked: no port is opened, and
              nothing is ever run by the server’s word.
            </p>
            <Button
              icon={<Plus />}
              kind="solid"
              reason={why || (!progress?.repository && 'First it needs a repository to follow')}
              onClick={() => setEnrolling(true)}
            >
              Enrol a host
            </Button>
          </>
        )}
      </Step>
      <FirstRun progress={progress} />
      {enrolling && <EnrollDialog onClose={() => setEnrolling(false)} />}
    </ol>
  )
}
