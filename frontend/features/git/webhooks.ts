import type { Schemas } from '@app/api/client'

/** Git servers as people call them. */
export const PROVIDER: Record<Schemas['GitProvider'], string> = {
  github: 'GitHub',
  gitlab: 'GitLab',
  gitea: 'Gitea',
  forgejo: 'Forgejo',
  gogs: 'Gogs',
  bitbucket: 'Bitbucket',
  other: 'another server',
}

export type Guide = 'github' | 'gitlab' | 'forgejo' | 'bitbucket'

/** Where address and secret go. */
export const GUIDES: Record<Guide, { label: string; steps: string[] }> = {
  github: {
    label: 'GitHub',
    steps: [
      'Settings, Webhooks, Add webhook',
      'Payload URL: the address; content type: application/json; Secret: the secret',
      'Just the push event',
    ],
  },
  gitlab: {
    label: 'GitLab',
    steps: [
      'Settings, Webhooks, Add new webhook',
      'URL: the address; Secret token: the secret',
      'Trigger: Push events',
    ],
  },
  forgejo: {
    label: 'Forgejo, Gitea',
    steps: [
      'Settings, Webhooks, Add webhook, Forgejo (or Gitea)',
      'Target URL: the address; POST, application/json; Secret: the secret',
      'Trigger on: Push events',
    ],
  },
  bitbucket: {
    label: 'Bitbucket',
    steps: [
      'Repository settings, Webhooks, Add webhook',
      'URL: the address; Secret: the secret',
      'Triggers: Repository push',
    ],
  },
}

/** Which of them a remote is most likely on. */
export function guess(remote?: string | null): Guide {
  const host = remote?.toLowerCase() ?? ''
  if (host.includes('gitlab')) return 'gitlab'
  if (host.includes('bitbucket')) return 'bitbucket'
  if (/gitea|forgejo|codeberg/.test(host)) return 'forgejo'
  return 'github'
}
