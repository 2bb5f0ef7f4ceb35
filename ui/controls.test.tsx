import { act, fireEvent, render, screen } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'
import { Cron } from './Cron'
import { LogTail } from './LogTail'
import { Menu } from './Menu'
import { Button } from './primitives'
import { type ListHandle, VirtualList } from './VirtualList'
import { Yaml } from './Yaml'

test('a menu is walked by arrows, ends and first letters', async () => {
  const chosen = vi.fn()
  const item = (label: string) => ({ label, onSelect: () => chosen(label) })
  render(<Menu label="More" trigger="More" items={[item('Pause'), item('Edit'), item('Export')]} />)
  const user = userEvent.setup()
  const entry = (name: string) => screen.getByRole('menuitem', { name })
  entry('Pause').focus()
  await user.keyboard('{ArrowUp}')
  expect(document.activeElement).toBe(entry('Export'))
  await user.keyboard('{Home}e')
  expect(document.activeElement).toBe(entry('Edit'))
  await user.keyboard('e')
  expect(document.activeElement).toBe(entry('Export'))
  await user.keyboard('{Enter}')
  expect(chosen.mock.calls).toEqual([['Export']])
})

test('what can not be chosen says why and does nothing', async () => {
  const chosen = vi.fn()
  render(
    <Menu
      label="More"
      trigger="More"
      items={[{ label: 'Delete', reason: 'Needs the role admin', onSelect: chosen }]}
    />,
  )
  const entry = screen.getByRole('menuitem', { name: 'Delete' })
  expect(entry.getAttribute('aria-disabled')).toBe('true')
  expect(entry.title).toBe('Needs the role admin')
  await userEvent.click(entry)
  expect(chosen).not.toHaveBeenCalled()
})

test('a button stays the same one when its reason comes and goes', () => {
  const { rerender } = render(<Button reason="Not yet">Go</Button>)
  const before = screen.getByRole('button', { name: 'Go' })
  rerender(<Button reason={false}>Go</Button>)
  expect(screen.getByRole('button', { name: 'Go' })).toBe(before)
  expect(before.getAttribute('aria-describedby')).toBeNull()
})

test.each([
  ['0 2 * * *', 5],
  ['*/10 0 2 * * *', 6],
])('%s is explained field by field', (schedule, fields) => {
  render(<Cron schedule={schedule} />)
  expect(screen.getByRole('img', { name: `Cron expression ${schedule}` }).children).toHaveLength(fields)
})

test.each(['every 15m', 'on demand', '@daily'])('%s is no cron and stays as written', (schedule) => {
  render(<Cron schedule={schedule} />)
  expect(screen.getByText(schedule)).toBeDefined()
  expect(screen.queryByRole('img')).toBeNull()
})

test('of a hundred thousand lines only those in sight are there', () => {
  const lines = Array.from({ length: 100_000 }, (_, i) => ({ number: i + 1, text: `line ${i + 1}` }))
  render(<LogTail lines={lines} />)
  expect(screen.getByText('line 1')).toBeDefined()
  expect(document.querySelectorAll('[data-index]').length).toBeLessThan(200)
})

test('what is searched for is lit up, wherever its colours begin', () => {
  render(<LogTail lines={[{ number: 1, text: 'disk \u001b[31mfu\u001b[0mll' }]} needle="full" />)
  expect(document.querySelector('mark')?.textContent).toBe('full')
})

test('what is wrong with a line stands at the line', () => {
  render(<Yaml text={'a: 1\nb: 2\n'} marks={{ 2: { tone: 'fail', text: 'no such field' } }} />)
  expect(screen.getByText('no such field').previousElementSibling?.textContent).toBe('2b: 2')
})

test('of a list of thousands the rows in sight are there, and a row is brought into sight', () => {
  const handle: { current: ListHandle | null } = { current: null }
  const ended = vi.fn()
  const { container } = render(
    <VirtualList
      ref={handle}
      label="Things"
      count={10_000}
      height={48}
      onEnd={ended}
      row={(i) => (
        <a href="/" data-row={`r${i}`}>
          thing {i}
        </a>
      )}
    />,
  )
  const shown = () => screen.getAllByRole('listitem').map((li) => Number(/\d+/.exec(li.textContent)?.[0]))
  expect(shown()[0]).toBe(0)
  expect(shown().length).toBeLessThan(60)
  const box = container.querySelector('[data-scroll]')
  if (!box) throw new Error('nothing scrolls')
  act(() => handle.current?.toRow(5000))
  fireEvent.scroll(box)
  expect(shown()).toContain(5000)
  expect(shown().length).toBeLessThan(60)
  act(() => handle.current?.focus('r5000'))
  expect(document.activeElement?.textContent).toBe('thing 5000')
  expect(ended).not.toHaveBeenCalled()
  act(() => handle.current?.toRow(9999))
  fireEvent.scroll(box)
  expect(shown().at(-1)).toBe(9999)
  expect(ended).toHaveBeenCalled()
  act(() => handle.current?.toTop())
  fireEvent.scroll(box)
  expect(shown()[0]).toBe(0)
})
