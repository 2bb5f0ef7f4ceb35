import { complaints, useAction } from '@app/api/action'
import { api, get, type Schemas } from '@app/api/client'
import { Form, text } from '@app/features/auth/Form'
import { Panel } from '@ui/Dialog'
import { Check, Field, FieldErrors, Select, TextArea } from '@ui/Field'
import { useState } from 'react'
import { type ChannelKind, KIND_NAMES, KINDS, readSettings, type Setting } from './kinds'

const RARE: Partial<Record<ChannelKind, string>> = { email: 'Another mail server than the service’s own' }

/** A channel made or changed. Secrets go in and never come out: an empty field keeps what is there. */
export function ChannelDialog({ channel, onClose }: { channel?: Schemas['Channel']; onClose: () => void }) {
  const [kind, setKind] = useState<ChannelKind>(channel?.kind ?? 'slack')
  const save = useAction(
    (body: Schemas['CreateChannel']) =>
      channel
        ? get(
            api.PATCH('/api/v1/channels/{id}', {
              params: { path: { id: channel.id } },
              body: { name: body.name, default: body.default, settings: body.settings },
            }),
          )
        : get(api.POST('/api/v1/channels', { body })),
    {
      quiet: true,
      done: channel ? 'Saved' : 'There it is. Send it a test message.',
      stale: [['channels']],
      onDone: onClose,
    },
  )
  const about = KINDS[kind]
  const rare = about.settings.filter((s) => s.rare)
  const { fields } = complaints(save.error)
  // `settings/url` is the field `url` of this form.
  const own = Object.fromEntries(Object.entries(fields).map(([k, v]) => [k.replace(/^settings\//, ''), v]))
  return (
    <Panel title={channel ? `Change ${channel.name}` : 'New channel'} onClose={onClose}>
      <Form
        action={channel ? 'Save' : 'Make it'}
        error={save.error}
        pending={save.isPending}
        onCancel={onClose}
        prefix="settings/"
        onSubmit={(data) =>
          save.mutate({
            name: text(data, 'name'),
            kind,
            default: data.get('default') === 'on',
            settings: readSettings(kind, data),
          })
        }
      >
        <FieldErrors value={own}>
          {!channel && (
            <Select
              name="kind"
              label="Kind"
              value={kind}
              onChange={(e) => setKind(e.target.value as ChannelKind)}
              options={KIND_NAMES.map((k) => ({ value: k, label: KINDS[k].name }))}
              help={about.about}
            />
          )}
          <Field
            name="name"
            label="Name"
            defaultValue={channel?.name}
            placeholder="slack-platform"
            help="What routes in Git call it."
            className="font-mono text-xs"
            required
          />
          {about.settings
            .filter((s) => !s.rare)
            .map((s) => (
              <SettingField key={`${kind}.${s.name}`} setting={s} kept={channel?.settings} />
            ))}
          {rare.length > 0 && (
            <details key={kind} open={rare.some((s) => s.name in own) || undefined}>
              <summary className="text-sm text-fg-2">{RARE[kind] ?? 'More settings'}</summary>
              <div className="mt-3 space-y-4 border-l pl-4">
                {rare.map((s) => (
                  <SettingField key={s.name} setting={s} kept={channel?.settings} />
                ))}
              </div>
            </details>
          )}
          <Check
            name="default"
            label="Told what no route is for"
            help="So that nothing is ever told to nobody."
            defaultChecked={channel?.default ?? true}
          />
        </FieldErrors>
      </Form>
    </Panel>
  )
}

function SettingField({ setting: s, kept }: { setting: Setting; kept?: unknown }) {
  const before =
    typeof kept === 'object' && kept !== null
      ? Object.entries(kept).find(([name]) => name === s.name)?.[1]
      : undefined
  const help = s.secret && before ? 'Left empty, the one it has stays.' : s.help
  if (s.options) {
    return (
      <Select
        name={s.name}
        label={s.label}
        help={help}
        defaultValue={typeof before === 'string' ? before : ''}
        options={[{ value: '', label: 'as usual' }, ...s.options.map((o) => ({ value: o, label: o }))]}
      />
    )
  }
  const value = s.secret
    ? undefined
    : Array.isArray(before)
      ? before.join(', ')
      : before === undefined
        ? undefined
        : String(before)
  if (s.long)
    return <TextArea name={s.name} label={s.label} help={help} defaultValue={value} spellCheck={false} />
  return (
    <Field
      name={s.name}
      label={s.label}
      help={help}
      type={s.secret ? 'password' : s.number ? 'number' : 'text'}
      autoComplete="off"
      required={s.required && !(s.secret && before)}
      placeholder={s.placeholder}
      defaultValue={value}
    />
  )
}
