import { open } from '@app/testing/console'
import { problem } from '@app/testing/mock'
import { screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'

const signedOut = (api: { signedIn: boolean }) => {
  api.signedIn = false
}

test('who forgot the password asks for a link, and hears the same whether there is an account', async () => {
  const { user, api } = await open('/sign-in', signedOut)
  await user.click(await screen.findByRole('link', { name: 'Forgot your password?' }))
  await user.type(await screen.findByLabelText('E-mail'), 'mira@acme.example')
  await user.click(screen.getByRole('button', { name: 'Send the link' }))
  expect(await screen.findByRole('heading', { name: 'Look into your mail' })).toBeDefined()
  expect(screen.getByText(/If there is an account/)).toBeDefined()
  expect(api.bodies['post /api/v1/auth/password-reset']).toEqual({ email: 'mira@acme.example' })
})

test('a server without mail says whom to ask', async () => {
  const { user } = await open('/reset-password', (api) => {
    signedOut(api)
    api.answer('post /api/v1/auth/password-reset', () =>
      problem(409, 'conflict', 'this server sends no mail; whoever runs it can make a link'),
    )
  })
  await user.type(await screen.findByLabelText('E-mail'), 'mira@acme.example')
  await user.click(screen.getByRole('button', { name: 'Send the link' }))
  expect((await screen.findByRole('alert')).textContent).toContain('whoever runs it can make a link')
})

test('the link in the mail sets a password, and leads to the sign-in', async () => {
  const { user } = await open('/reset-password#from-the-mail', signedOut)
  await user.type(await screen.findByLabelText('New password'), 'password1234')
  await user.click(screen.getByRole('button', { name: 'Set the password' }))
  expect((await screen.findByRole('alert')).textContent).toContain('lists attackers try first')
  await user.clear(screen.getByLabelText('New password'))
  await user.type(screen.getByLabelText('New password'), 'nine quiet herons')
  await user.click(screen.getByRole('button', { name: 'Set the password' }))
  expect(await screen.findByRole('heading', { name: 'Your password is set' })).toBeDefined()
  await user.click(screen.getByRole('link', { name: 'Sign in' }))
  expect(await screen.findByRole('heading', { name: 'Sign in' })).toBeDefined()
})

test('a link that has ended leads to another one', async () => {
  const { user } = await open('/reset-password#an-old-one', signedOut)
  await user.type(await screen.findByLabelText('New password'), 'nine quiet herons')
  await user.click(screen.getByRole('button', { name: 'Set the password' }))
  expect((await screen.findByRole('alert')).textContent).toContain('has ended, or was used')
  await user.click(screen.getByRole('link', { name: 'Ask for another one' }))
  expect(await screen.findByRole('heading', { name: 'Forgot your password?' })).toBeDefined()
})

test('the password is changed in the profile', async () => {
  const { user } = await open('/profile')
  await user.click(await screen.findByRole('button', { name: 'Change the password' }))
  await user.type(await screen.findByLabelText('Present password'), 'not this one')
  await user.type(screen.getByLabelText('New password'), 'nine quiet herons')
  await user.click(screen.getByRole('button', { name: 'Change it' }))
  const present = screen.getByLabelText('Present password')
  await waitFor(() => expect(present.getAttribute('aria-invalid')).toBe('true'))
  await user.clear(present)
  await user.type(present, 'correct horse battery')
  await user.click(screen.getByRole('button', { name: 'Change it' }))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  expect(await screen.findByText('The password is changed')).toBeDefined()
})
