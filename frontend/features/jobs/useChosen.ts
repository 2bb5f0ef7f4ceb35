import type { Schemas } from '@app/api/client'
import { useCallback, useEffect, useRef, useState } from 'react'

type Job = Schemas['JobSummary']

/** The jobs of a list that were chosen. They stay so when the list is filtered: they are counted where they are acted on. */
export function useChosen(listed: Job[]) {
  const [chosen, setChosen] = useState<ReadonlyMap<string, Job>>(new Map())
  const latest = useRef(listed)
  const before = useRef<string>(undefined)
  useEffect(() => {
    latest.current = listed
  })
  const choose = useCallback((job: Job, through: boolean) => {
    const from = through ? latest.current.findIndex((j) => j.id === before.current) : -1
    const to = latest.current.findIndex((j) => j.id === job.id)
    before.current = job.id
    setChosen((old) => {
      const next = new Map(old)
      if (from >= 0) {
        for (const j of latest.current.slice(Math.min(from, to), Math.max(from, to) + 1)) next.set(j.id, j)
      } else if (!next.delete(job.id)) next.set(job.id, job)
      return next
    })
  }, [])
  const clear = useCallback(() => setChosen(new Map()), [])
  return { chosen, choose, clear }
}
