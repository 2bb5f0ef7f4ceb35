import type { Schemas } from '@app/api/client'

export type ChannelKind = Schemas['ChannelKind']

export type Setting = {
  name: string
  label: string
  help?: string
  secret?: boolean
  required?: boolean
  /** Several, one a line or with commas between. */
  many?: boolean
  number?: boolean
  long?: boolean
  options?: readonly string[]
  placeholder?: string
  /** For the few who need it: behind a fold. */
  rare?: boolean
}

const REGION: Setting = { name: 'region', label: 'Region', options: ['us', 'eu'] }

/** What each kind of channel needs to know, as the server names it. */
export const KINDS: Record<ChannelKind, { name: string; about: string; settings: Setting[] }> = {
  slack: {
    name: 'Slack',
    about:
      'An incoming webhook; or a bot, which keeps one message for an incident up to date and answers in its thread.',
    settings: [
      {
        name: 'webhook_url',
        label: 'Incoming webhook',
        secret: true,
        placeholder: 'https://hooks.slack.com/services/…',
      },
      { name: 'bot_token', label: 'Or a bot’s token', secret: true, placeholder: 'xoxb-…' },
      { name: 'channel', label: 'The bot’s channel', placeholder: '#ops' },
    ],
  },
  email: {
    name: 'E-mail',
    about: 'Through the service’s own mail server, or one of yours.',
    settings: [
      { name: 'to', label: 'To', many: true, required: true, placeholder: 'ops@example.com' },
      { rare: true, name: 'from', label: 'From', help: 'Needed with a mail server of your own.' },
      { rare: true, name: 'host', label: 'Mail server' },
      { rare: true, name: 'port', label: 'Port', number: true },
      { rare: true, name: 'security', label: 'Connection', options: ['tls', 'starttls', 'none'] },
      { rare: true, name: 'user', label: 'User' },
      { rare: true, name: 'password', label: 'Password', secret: true },
    ],
  },
  pagerduty: {
    name: 'PagerDuty',
    about: 'Events API v2: an incident there is acknowledged and resolved with the one here.',
    settings: [{ name: 'routing_key', label: 'Integration key', secret: true, required: true }, REGION],
  },
  webhook: {
    name: 'Webhook',
    about: 'A request of your own making, signed.',
    settings: [
      { name: 'url', label: 'Address', required: true, placeholder: 'https://' },
      { rare: true, name: 'method', label: 'Method', options: ['POST', 'PUT', 'PATCH'] },
      {
        name: 'signing_secret',
        label: 'Signing secret',
        secret: true,
        help: 'Bodies are signed with it (HMAC-SHA256).',
      },
      { rare: true, name: 'content_type', label: 'Content-Type' },
      {
        rare: true,
        name: 'body',
        label: 'Body',
        long: true,
        help: 'A Jinja template; all facts as JSON when empty.',
      },
    ],
  },
  teams: {
    name: 'Microsoft Teams',
    about: 'A workflow that is started by a webhook.',
    settings: [{ name: 'url', label: 'Address of the workflow', secret: true, required: true }],
  },
  discord: {
    name: 'Discord',
    about: 'A webhook of a channel.',
    settings: [
      { name: 'url', label: 'Webhook', secret: true, required: true },
      { name: 'mention', label: 'Mention', placeholder: '<@&123>' },
    ],
  },
  telegram: {
    name: 'Telegram',
    about: 'A bot that writes to a chat.',
    settings: [
      { name: 'token', label: 'The bot’s token', secret: true, required: true },
      { name: 'chat', label: 'Chat', required: true, placeholder: '-1001234567890 or @channel' },
      { name: 'topic', label: 'Topic', number: true },
    ],
  },
  ntfy: {
    name: 'ntfy',
    about: 'A topic on ntfy.sh or a server of your own.',
    settings: [
      { name: 'topic', label: 'Topic', required: true },
      { name: 'server', label: 'Server', placeholder: 'https://ntfy.sh' },
      { name: 'token', label: 'Access token', secret: true },
    ],
  },
  opsgenie: {
    name: 'Opsgenie',
    about: 'Alert API v2.',
    settings: [
      { name: 'api_key', label: 'API key', secret: true, required: true },
      REGION,
      { name: 'teams', label: 'Teams', many: true },
    ],
  },
}

export const KIND_NAMES = Object.keys(KINDS) as ChannelKind[]

/** What a form says of a kind's settings; what is left empty is left out. */
export function readSettings(kind: ChannelKind, data: FormData): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const s of KINDS[kind].settings) {
    const typed = String(data.get(s.name) ?? '').trim()
    if (!typed) continue
    out[s.name] = s.many ? typed.split(/[\s,]+/).filter(Boolean) : s.number ? Number(typed) : typed
  }
  return out
}

/** What may be seen of a channel's settings, in a line; its secrets are only said to be there. */
export function shownSettings(kind: ChannelKind, settings: unknown): string {
  const has = new Map(Object.entries(typeof settings === 'object' && settings !== null ? settings : {}))
  return KINDS[kind].settings
    .filter((s) => !s.long)
    .flatMap((s) => {
      const value = has.get(s.name)
      if (value === undefined || value === null || value === false) return []
      if (s.secret || value === true) return [`${s.label.toLowerCase()} ••••`]
      return [Array.isArray(value) ? value.join(', ') : String(value)]
    })
    .join(' · ')
}
