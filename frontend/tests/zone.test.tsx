import { open } from '@app/testing/console'
import type { MockApi } from '@app/testing/mock'
import { fullJob, job, run } from '@app/testing/world'
import { screen, waitFor, within } from '@testing-library/react'
import { chooseZone } from '@ui/lib/zone'
import { afterEach, expect, test } from 'vitest'

afterEach(() => chooseZone('utc'))

const AT = '2026-07-01T10:00:00Z'
const inZone = (timezone: string | null) => (api: MockApi) => {
  api.answer('get /api/v1/jobs/{namespace}/{name}', () => fullJob(job({ timezone })))
  api.answer('get /api/v1/runs/{id}', () => run({ id: 'run_1', started_at: AT, expected_at: AT }))
}

const zones = async () => within((await screen.findAllByRole('group', { name: 'Time zone' }))[0]!)

test('times of a job’s pages can be by the clock of its schedule, and T goes round', async () => {
  const { user } = await open('/runs/run_1', inZone('Asia/Tokyo'))
  const choice = await zones()
  await user.click(await choice.findByRole('button', { name: 'Job’s zone' }))
  const began = () => screen.getAllByText(/1 Jul 2026/).map((el) => el.textContent)
  expect(began()).toContain('1 Jul 2026, 19:00:00 GMT+9')
  expect(screen.getAllByText(/1 Jul 2026/)[0]?.closest('time')?.title).toContain('19:00:00 GMT+9')
  await user.keyboard('t')
  await waitFor(() => expect(began()).toContain('1 Jul 2026, 10:00:00 UTC'))
  expect(await screen.findByText('Times are in UTC')).toBeDefined()
  await user.keyboard('tt')
  expect(await screen.findByText('Times are in the job’s zone, Asia/Tokyo')).toBeDefined()
  expect(began()).toContain('1 Jul 2026, 19:00:00 GMT+9')
})

test('what was chosen holds on the next job, and elsewhere times are in UTC', async () => {
  chooseZone('job')
  const { router } = await open('/runs', inZone('Asia/Tokyo'))
  const choice = await zones()
  expect(choice.queryByRole('button', { name: 'Job’s zone' })).toBeNull()
  expect(choice.getByRole('button', { name: 'UTC' }).getAttribute('aria-pressed')).toBe('true')
  await router.navigate({
    to: '/jobs/$namespace/$name',
    params: { namespace: 'finance', name: 'ledger-export' },
  })
  await screen.findByRole('heading', { name: 'ledger-export' })
  const now = await zones()
  await waitFor(() =>
    expect(now.getByRole('button', { name: 'Job’s zone' }).getAttribute('aria-pressed')).toBe('true'),
  )
})

test.each([null, 'Mars/Olympus_Mons'])('no third choice where the schedule’s zone is %s', async (zone) => {
  await open('/jobs/finance/ledger-export', inZone(zone))
  await screen.findByRole('heading', { name: 'ledger-export' })
  expect((await zones()).queryByRole('button', { name: 'Job’s zone' })).toBeNull()
})
