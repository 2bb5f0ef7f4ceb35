import { render, screen, within } from '@testing-library/react'
import { userEvent } from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'
import { Bars } from './Bars'
import { Calendar } from './Calendar'
import { Durations } from './Durations'
import { Heat } from './Heat'
import { Lanes } from './Lanes'
import { RunStrip } from './RunStrip'
import { Swim } from './Swim'

const HOUR = 3_600_000
const T0 = Date.parse('2026-03-10T00:00:00Z')

test('a strip says in words what it draws, with an element for each status alone', () => {
  const marks = Array.from({ length: 40 }, (_, i) => ({
    status: i === 39 ? ('missed' as const) : i > 36 ? ('timed_out' as const) : ('succeeded' as const),
    ms: i === 39 ? null : 1000 + i,
  }))
  const { container } = render(<RunStrip marks={marks} p95={1200} />)
  expect(screen.getByRole('img').getAttribute('aria-label')).toBe(
    'Last 30 runs: 27 succeeded, 2 timed out, 1 missed',
  )
  expect(container.querySelectorAll('path')).toHaveLength(3)
})

test('a job that never ran has a strip all the same', () => {
  render(<RunStrip marks={[]} />)
  expect(screen.getByRole('img', { name: 'No runs yet' })).toBeDefined()
})

test('lanes have a table of their runs, in the zone that is shown', async () => {
  const open = vi.fn()
  render(
    <Lanes
      label="Runs of ledger-export"
      from={T0}
      to={T0 + 4 * HOUR}
      now={T0 + 3 * HOUR}
      zone="Europe/Berlin"
      expected={[T0 + HOUR]}
      marks={[{ at: T0 + 2 * HOUR, text: 'a41f9c2', tone: 'commit' }]}
      lanes={[
        {
          key: 'a',
          name: 'db-01',
          runs: [
            { id: 'r1', status: 'failed', start: T0 + HOUR, end: T0 + HOUR + 90_000, expected: T0 + HOUR },
            { id: 'r2', status: 'missed', start: T0 + 2 * HOUR, expected: T0 + 2 * HOUR },
          ],
        },
      ]}
      onOpen={open}
    />,
  )
  await userEvent.click(screen.getByText('Show as table'))
  const rows = within(screen.getByRole('region', { name: 'Runs of ledger-export' })).getAllByRole('row')
  expect(rows.map((r) => r.textContent)).toEqual([
    'WhereBeganHowTook',
    'db-01Tue 10 Mar 02:00:00Failed1m 30s',
    'db-01Tue 10 Mar 03:00:00Missed–',
  ])
})

test('bars keep what failed apart from what completed', () => {
  const { container } = render(
    <Bars
      label="Runs"
      span={HOUR / 2}
      now={T0 + HOUR}
      zone="UTC"
      buckets={[
        { at: T0, good: 900, failed: 7, missed: 1, expected: 0 },
        { at: T0 + HOUR, good: 0, failed: 0, missed: 0, expected: 40 },
      ]}
    />,
  )
  const fills = [...container.querySelectorAll('rect')].map((r) => r.getAttribute('fill'))
  expect(fills).toEqual(['var(--bar)', 'var(--fail-fill)', 'var(--miss-fill)', 'none'])
})

test('the busiest five minutes are named', () => {
  const load = Array.from({ length: 24 }, (_, h) =>
    Array.from({ length: 12 }, (_, m) => (h === 3 && m === 6 ? 9 : 1)),
  )
  render(<Heat load={load} />)
  expect(screen.getByRole('img').getAttribute('aria-label')).toContain('at 03:30 with 9')
})

test('a day with nothing leads nowhere, a day with runs to them', () => {
  const pick = vi.fn()
  const { container } = render(
    <Calendar
      label="Runs by day"
      days={[
        { day: '2026-03-09', good: 3, bad: 1 },
        { day: '2026-03-10', good: 0, bad: 0 },
      ]}
      onPick={pick}
    />,
  )
  for (const cell of container.querySelectorAll('rect')) {
    cell.dispatchEvent(new MouseEvent('click', { bubbles: true }))
  }
  expect(pick.mock.calls).toEqual([['2026-03-09']])
})

test('a limit far above every run does not press them into the floor', () => {
  const dot = { id: 'r', at: T0, ms: 2000, status: 'succeeded' as const }
  const chart = (limit: number) =>
    render(<Durations label="d" dots={[dot]} band={[]} limit={limit} from={T0 - 1} to={T0 + 1} zone="UTC" />)
      .container
  expect(chart(7_200_000).textContent).not.toContain('maxRuntime')
  expect(chart(4000).textContent).toContain('maxRuntime 4.0s')
})

test('what lies outside the window is not drawn', () => {
  const { container } = render(
    <Swim
      label="x"
      from={T0}
      to={T0 + HOUR}
      left={100}
      width={500}
      bits={[
        { at: T0 - 2 * HOUR, to: T0 - HOUR, status: 'failed' },
        { at: T0, to: T0 + HOUR / 2, status: 'succeeded' },
      ]}
    />,
  )
  expect(container.querySelectorAll('path')).toHaveLength(1)
})

test('bars side by side stay apart, and one that stands alone is wide enough to be seen', () => {
  const bits = [0, 1, 5].map((part) => ({
    at: part * 100,
    to: (part + 1) * 100,
    status: 'succeeded' as const,
  }))
  const { container } = render(<Swim bits={bits} from={0} to={1000} width={30} left={0} label="x" />)
  const bars = [
    ...(container.querySelector('path')?.getAttribute('d') ?? '').matchAll(/M([\d.]+) 9h([\d.]+)/g),
  ]
  expect(bars.map((m) => [m[1], m[2]])).toEqual([
    ['0.0', '2.0'],
    ['3.0', '2.0'],
    ['15.0', '4.0'],
  ])
})
