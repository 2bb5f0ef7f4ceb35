import { useReason } from '@app/api/access'
import { complaints, useAction } from '@app/api/action'
import { api, get } from '@app/api/client'
import { FieldErrors, TextArea } from '@ui/Field'
import { Button } from '@ui/primitives'
import { useRef } from 'react'

/** What somebody has to say about an incident, for whoever looks at it next; also when it is over. */
export function NoteForm({ id }: { id: string }) {
  const form = useRef<HTMLFormElement>(null)
  const reason = useReason('member')
  const note = useAction(
    (text: string) =>
      get(api.POST('/api/v1/incidents/{id}/notes', { params: { path: { id } }, body: { text } })),
    { stale: [['incident', id]], quiet: true, onDone: () => form.current?.reset() },
  )
  const { fields, whole } = complaints(note.error)
  return (
    <FieldErrors value={whole ? { text: whole } : fields}>
      <form
        ref={form}
        className="mt-4 flex flex-col items-end gap-2 border-t pt-3"
        onSubmit={(e) => {
          e.preventDefault()
          const text = String(new FormData(e.currentTarget).get('text'))
          if (!reason) note.mutate(text)
        }}
      >
        <div className="w-full">
          <TextArea
            name="text"
            label="Note"
            required
            maxLength={2000}
            rows={2}
            placeholder="What you found, what you did"
          />
        </div>
        <Button type="submit" small reason={reason} pending={note.isPending}>
          Add note
        </Button>
      </form>
    </FieldErrors>
  )
}
