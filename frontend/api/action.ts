import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import { toast } from '@ui/toast'
import { ApiError, sentence } from './problem'

/** A change: says that it was done, or why not, and has what it touched read again. */
export function useAction<In = void, Out = unknown>(
  run: (input: In) => Promise<Out>,
  {
    done,
    stale = [],
    onDone,
    quiet,
  }: {
    done?: string | ((out: Out) => string)
    stale?: QueryKey[]
    onDone?: (out: Out, input: In) => void
    /** Errors are shown where the form is. */
    quiet?: boolean
  } = {},
) {
  const query = useQueryClient()
  return useMutation<Out, Error, In>({
    mutationFn: run,
    onSuccess: async (out, input) => {
      await Promise.all(stale.map((queryKey) => query.invalidateQueries({ queryKey })))
      if (done) toast(typeof done === 'string' ? done : done(out))
      onDone?.(out, input)
    },
    onError: (error) => {
      if (!quiet) toast(sentence(error), { tone: 'fail' })
    },
  })
}

/** What a form says of its fields, and what is wrong besides. */
export function complaints(error: Error | null): { fields: Record<string, string>; whole?: string } {
  if (!error) return { fields: {} }
  const fields = error instanceof ApiError ? error.fields : {}
  return { fields, whole: Object.keys(fields).length ? undefined : sentence(error) }
}
