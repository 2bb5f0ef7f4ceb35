import { open } from '@app/testing/console'
import { screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'

const signedOut = (api: { signedIn: boolean }) => {
  api.signedIn = false
}

test('without a session a page leads to the sign-in, and from there back', async () => {
  const { user, router } = await open('/incidents?state=open', signedOut)
  expect(await screen.findByRole('heading', { name: 'Sign in' })).toBeDefined()
  expect(router.state.location.search).toEqual({ next: '/incidents?state=open' })
  await user.type(screen.getByLabelText('E-mail'), 'mira@acme.example')
  await user.type(screen.getByLabelText('Password'), 'wrong')
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
  expect((await screen.findByRole('alert')).textContent).toContain('is wrong')
  await user.clear(screen.getByLabelText('Password'))
  await user.type(screen.getByLabelText('Password'), 'correct horse battery')
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
  expect(await screen.findByRole('heading', { name: 'Incidents' })).toBeDefined()
})

test.each(['https://evil.example/', '//evil.example', '/\\evil.example'])('%s is no way on', async (next) => {
  const { router } = await open(`/sign-in?next=${encodeURIComponent(next)}`, signedOut)
  await screen.findByRole('heading', { name: 'Sign in' })
  expect(router.state.location.search).toEqual({})
})

test('what the server says of a field stands at the field', async () => {
  const { user } = await open('/sign-up', signedOut)
  await user.type(await screen.findByLabelText('Your name'), 'Mira')
  await user.type(screen.getByLabelText('E-mail'), 'mira@acme.example')
  await user.type(screen.getByLabelText('Tenant'), 'Taken')
  await user.type(screen.getByLabelText('Password'), 'a long enough one')
  await user.click(screen.getByRole('button', { name: 'Make the account' }))
  const tenant = screen.getByLabelText('Tenant')
  await waitFor(() => expect(tenant.getAttribute('aria-invalid')).toBe('true'))
  expect(screen.getByText('this name is taken').id).toBe(tenant.getAttribute('aria-describedby'))
})

test('a new account begins with the first steps', async () => {
  const { user } = await open('/sign-up', signedOut)
  await user.type(await screen.findByLabelText('Your name'), 'Mira')
  await user.type(screen.getByLabelText('E-mail'), 'mira@acme.example')
  await user.type(screen.getByLabelText('Tenant'), 'Acme Logistics')
  expect(screen.getByLabelText<HTMLInputElement>('Tenant').value).toBe('acme-logistics')
  await user.type(screen.getByLabelText('Password'), 'a long enough one')
  await user.click(screen.getByRole('button', { name: 'Make the account' }))
  expect(await screen.findByRole('heading', { name: 'First steps' })).toBeDefined()
})
