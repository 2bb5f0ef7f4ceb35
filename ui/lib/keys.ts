import { useEffect, useRef } from 'react'

/** Every shortcut there is: the sheet is drawn from this table, and nothing listens to a key that is not in it. */
export const KEYS = [
  { key: 'mod+k', group: 'Anywhere', does: 'Search and commands' },
  { key: '?', group: 'Anywhere', does: 'This sheet' },
  { key: '/', group: 'Anywhere', does: 'Filter the list' },
  { key: 't', group: 'Anywhere', does: 'Times in UTC, local, or the job’s zone' },
  { key: 'g o', group: 'Go to', does: 'Overview' },
  { key: 'g j', group: 'Go to', does: 'Jobs' },
  { key: 'g r', group: 'Go to', does: 'Runs' },
  { key: 'g t', group: 'Go to', does: 'Timeline' },
  { key: 'g i', group: 'Go to', does: 'Incidents' },
  { key: 'g a', group: 'Go to', does: 'Agents' },
  { key: 'c', group: 'Go to', does: 'New job' },
  { key: 'j', group: 'In lists', does: 'Next row' },
  { key: 'k', group: 'In lists', does: 'Row before' },
  { key: 'Enter', group: 'In lists', does: 'Open the row' },
  { key: 'x', group: 'In lists', does: 'Choose the row, or not' },
  { key: '[', group: 'On time axes', does: 'Earlier' },
  { key: ']', group: 'On time axes', does: 'Later' },
  { key: 'a', group: 'On an incident', does: 'Acknowledge' },
  { key: 'p', group: 'On a job', does: 'Pause or resume' },
  { key: 'Escape', group: 'Anywhere', does: 'Close what is open' },
] as const

export type Key = (typeof KEYS)[number]['key']

const OFF = 'crontopus_single_keys_off'
/** Single letters can be switched off: a voice or a nervous hand must not act by them (WCAG 2.1.4). */
export const lettersOn = () => localStorage.getItem(OFF) === null
export const setLetters = (on: boolean) =>
  on ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, '1')

/** Whether a letter would be text there. A box that is ticked takes none. */
export const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  !(target instanceof HTMLInputElement && target.type === 'checkbox') &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

let prefix = ''
let prefixAt = 0

/** What a key press is called in the table, given the prefix that came before; none when it is not ours. */
export function named(e: KeyboardEvent, before: string): string | undefined {
  if ((e.metaKey || e.ctrlKey) && e.key.toLowerCase() === 'k') return 'mod+k'
  if (e.metaKey || e.ctrlKey || e.altKey) return undefined
  const key = e.key.length === 1 ? e.key.toLowerCase() : e.key
  return before ? `${before} ${key}` : key
}

/** Listens to some of the table's keys while the component is there. A later listener goes first. */
export function useKeys(does: Partial<Record<Key, (e: KeyboardEvent) => void>>) {
  const latest = useRef(does)
  useEffect(() => {
    latest.current = does
  })
  useEffect(() => {
    const entry = { find: (name: string) => latest.current[name as Key] }
    stack.push(entry)
    if (stack.length === 1) addEventListener('keydown', onKey)
    return () => {
      stack.splice(stack.indexOf(entry), 1)
      if (stack.length === 0) removeEventListener('keydown', onKey)
    }
  }, [])
}

const stack: { find: (name: string) => ((e: KeyboardEvent) => void) | undefined }[] = []

function onKey(e: KeyboardEvent) {
  if (e.defaultPrevented) return
  const name = named(e, Date.now() - prefixAt < 1200 ? prefix : '')
  prefix = ''
  if (!name) return
  if (name !== 'mod+k') {
    // A dialog owns its keys, and what is typed is text.
    if (isTyping(e.target) || document.querySelector('dialog[open]')) return
    if (name.length === 1 && name !== '/' && name !== '?' && !lettersOn()) return
  }
  if (name === 'g') {
    prefix = 'g'
    prefixAt = Date.now()
    return
  }
  for (let i = stack.length - 1; i >= 0; i--) {
    const found = stack[i]?.find(name)
    if (found) {
      e.preventDefault()
      found(e)
      return
    }
  }
}
