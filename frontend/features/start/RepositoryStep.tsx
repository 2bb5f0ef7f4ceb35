import { useReason } from '@app/api/access'
import { useAction } from '@app/api/action'
import { api, get } from '@app/api/client'
import { Link } from '@tanstack/react-router'
import { Snippet } from '@ui/Copy'
import { Button, buttonClass } from '@ui/primitives'
import type { ReactNode } from 'react'
import type { Progress } from './progress'
import { Step } from './Step'

/** The repository: one is made here, or one there is is connected. */
export function RepositoryStep({
  progress,
  manifest,
  children,
}: {
  progress?: Progress
  manifest: { file: string; text: string }
  /** Another way to the file. */
  children?: ReactNode
}) {
  const why = useReason('admin')
  const make = useAction(() => get(api.POST('/api/v1/repositories', { body: { name: 'jobs' } })), {
    done: 'There it is',
    stale: [['welcome'], ['repositories']],
  })
  const repository = progress?.repository
  return (
    <>
      <Step number={1} title="A repository for manifests" done={!!repository}>
        {repository ? (
          <p>
            <Link
              to="/repositories/$name"
              params={{ name: repository.name }}
              className="font-medium text-fg hover:underline"
            >
              {repository.name}
            </Link>{' '}
            is it.
          </p>
        ) : (
          <div className="flex flex-wrap gap-2">
            <Button kind="solid" reason={why} pending={make.isPending} onClick={() => make.mutate()}>
              Make an empty one here
            </Button>
            <Link to="/repositories" search={{ connect: true }} className={buttonClass('line')}>
              Connect one you have
            </Link>
          </div>
        )}
      </Step>
      <Step number={2} title="The job, as a file" done={(progress?.jobs ?? 0) > 0}>
        <p>
          Save this as <code className="font-mono text-xs">{manifest.file}</code> and push it. The server
          reads it before it takes the push, and says in your terminal what is wrong and where.
        </p>
        <Snippet text={manifest.text} label="manifest" />
        {repository && (
          <Snippet
            label="push"
            text={`git clone ${location.origin}${repository.git_path} && cd ${repository.name}
mkdir -p ${manifest.file.split('/')[0]}   # save the file there
git add . && git commit -m "Add ${manifest.file.split('/')[1]?.replace('.yaml', '')}" && git push`}
          />
        )}
        <p className="text-xs text-fg-3">
          Your e-mail address and password open it, or an{' '}
          <Link to="/tokens" className="text-accent underline">
            API token
          </Link>{' '}
          as the password.
        </p>
        {children}
      </Step>
    </>
  )
}
