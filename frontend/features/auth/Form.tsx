import { complaints } from '@app/api/action'
import { ApiError } from '@app/api/problem'
import { FieldErrors } from '@ui/Field'
import { Button, Note } from '@ui/primitives'
import { type ReactNode, useState } from 'react'

/** A form whose fields show what the server says of them; what it says of the whole stands above the button. */
export function Form({
  error,
  pending,
  action,
  reason,
  onSubmit,
  onCancel,
  children,
}: {
  error: Error | null
  pending: boolean
  action: string
  reason?: string | false
  onSubmit: (data: FormData) => void
  onCancel?: () => void
  children: ReactNode
}) {
  const { fields, whole } = complaints(error)
  const [names, setNames] = useState<string[]>([])
  // What is said of a field that is not in the form is said of the whole.
  const other = Object.keys(fields).filter((name) => !names.includes(name))
  const said = [whole, ...other.map((name) => `${name}: ${fields[name]}`)].filter(Boolean).join('; ')
  const id = error instanceof ApiError ? error.problem.request_id : undefined
  return (
    <FieldErrors value={fields}>
      <form
        onSubmit={(e) => {
          e.preventDefault()
          setNames([...e.currentTarget.elements].map((el) => el.getAttribute('name') ?? ''))
          if (!reason) onSubmit(new FormData(e.currentTarget))
        }}
        className="space-y-4"
      >
        {children}
        {said && (
          <div role="alert">
            <Note tone="fail">
              {said}
              {id && <span className="mt-0.5 block font-mono text-2xs opacity-80">{id}</span>}
            </Note>
          </div>
        )}
        <div className="flex justify-end gap-2 pt-1">
          {onCancel && <Button onClick={onCancel}>Cancel</Button>}
          <Button
            type="submit"
            kind="solid"
            pending={pending}
            reason={reason}
            className={onCancel ? '' : 'grow'}
          >
            {action}
          </Button>
        </div>
      </form>
    </FieldErrors>
  )
}

/** A form's field as text. */
export const text = (data: FormData, name: string) => String(data.get(name) ?? '').trim()
