import { useAction } from '@app/api/action'
import { api, get, type Schemas } from '@app/api/client'
import { Form, text } from '@app/features/auth/Form'
import { Snippet } from '@ui/Copy'
import { Panel } from '@ui/Dialog'
import { Field } from '@ui/Field'
import { useState } from 'react'
import { Codes } from './Codes'

/** Sets a second factor up: the password, then the QR code and a first code of it, then the recovery codes. */
export default function Begin({ onClose }: { onClose: () => void }) {
  const [begun, setBegun] = useState<Schemas['BegunSecondFactor']>()
  const [codes, setCodes] = useState<string[]>()
  const begin = useAction(
    (password: string) => get(api.POST('/api/v1/me/second-factor', { body: { password } })),
    { quiet: true, onDone: setBegun },
  )
  const confirm = useAction(
    (code: string) => get(api.POST('/api/v1/me/second-factor/confirm', { body: { code } })),
    { quiet: true, stale: [['second-factor']], onDone: (made) => setCodes(made.codes) },
  )
  if (codes) {
    return (
      <Panel title="Recovery codes" onClose={onClose}>
        <Codes codes={codes} onDone={onClose} />
      </Panel>
    )
  }
  if (!begun) {
    return (
      <Panel title="Set up a second factor" onClose={onClose}>
        <Form
          key="password"
          action="Go on"
          error={begin.error}
          pending={begin.isPending}
          onCancel={onClose}
          onSubmit={(data) => begin.mutate(String(data.get('password')))}
        >
          <Field
            name="password"
            label="Password"
            type="password"
            autoComplete="current-password"
            required
            help="So that nobody sets it up who only found this browser open."
          />
        </Form>
      </Panel>
    )
  }
  return (
    <Panel title="Set up a second factor" onClose={onClose}>
      <div className="grid grid-cols-1 gap-4 sm:grid-cols-[auto_minmax(0,1fr)]">
        <QrCode of={begun.qr} />
        <div className="min-w-0 space-y-3 text-sm text-fg-2">
          <p>Scan it with an authenticator, or open it on this device:</p>
          <p>
            <a href={begun.url} className="font-medium text-accent underline">
              Open an authenticator
            </a>
          </p>
          <p>Where neither works, type the key:</p>
          <Snippet text={inFours(begun.secret)} label="key" wrap />
        </div>
      </div>
      <div className="mt-4 border-t pt-4">
        <Form
          key="code"
          action="Put it in force"
          error={confirm.error}
          pending={confirm.isPending}
          onCancel={onClose}
          onSubmit={(data) => confirm.mutate(text(data, 'code'))}
        >
          <Field
            name="code"
            label="The code it shows now"
            inputMode="numeric"
            autoComplete="one-time-code"
            className="num font-mono tracking-widest"
            placeholder="123 456"
            maxLength={9}
            required
          />
        </Form>
      </div>
    </Panel>
  )
}

/** As people read it aloud and type it; authenticators pass over the spaces. */
const inFours = (key: string) => key.replace(/.{4}(?=.)/g, '$& ')

/** Black on white in both themes: cameras want it so. */
const QrCode = ({ of }: { of: Schemas['QrCode'] }) => (
  <svg
    viewBox={`-4 -4 ${of.size + 8} ${of.size + 8}`}
    role="img"
    aria-label="QR code of the key"
    className="mx-auto size-44 rounded-md border"
    shapeRendering="crispEdges"
  >
    <rect x="-4" y="-4" width={of.size + 8} height={of.size + 8} fill="#fff" />
    <path d={of.path} fill="#000" />
  </svg>
)
