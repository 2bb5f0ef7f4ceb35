import { open } from '@app/testing/console'
import { problem } from '@app/testing/mock'
import { screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

// What browsers have and happy-dom has not. The ceremonies themselves are in the stories, in a real browser.

class Given {
  static readonly parseRequestOptionsFromJSON = (o: object) => o
  static readonly parseCreationOptionsFromJSON = (o: object) => o
  constructor(private readonly id: string) {}
  toJSON() {
    return { id: this.id }
  }
}

const ask = vi.fn<() => Promise<Given>>()

beforeEach(() => {
  ask.mockReset()
  vi.stubGlobal('isSecureContext', true)
  vi.stubGlobal('PublicKeyCredential', Given)
  Object.defineProperty(navigator, 'credentials', {
    configurable: true,
    value: { get: ask, create: ask },
  })
})
afterEach(() => vi.unstubAllGlobals())

const signedOut = (api: { signedIn: boolean }) => {
  api.signedIn = false
}

test('a passkey lets in, and what is wrong with one is said', async () => {
  const { user } = await open('/sign-in', signedOut)
  const button = await screen.findByRole('button', { name: 'Sign in with a passkey' })
  ask.mockRejectedValueOnce(new DOMException('timed out', 'NotAllowedError'))
  await user.click(button)
  expect((await screen.findByRole('alert')).textContent).toContain('No passkey was given')
  ask.mockResolvedValueOnce(new Given('one-that-was-removed'))
  await user.click(button)
  await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('does not let in'))
  ask.mockResolvedValueOnce(new Given('a-passkey'))
  await user.click(button)
  expect(await screen.findByRole('heading', { name: /Overview/ })).toBeDefined()
})

test('where the browser has no passkeys the button says why', async () => {
  vi.stubGlobal('isSecureContext', false)
  const { user } = await open('/sign-in', signedOut)
  const button = await screen.findByRole('button', { name: 'Sign in with a passkey' })
  expect(button.getAttribute('aria-disabled')).toBe('true')
  await user.click(button)
  expect(ask).not.toHaveBeenCalled()
})

test('passkeys are added, renamed and removed in the profile', async () => {
  const { user } = await open('/profile')
  await user.click(await screen.findByRole('button', { name: 'Add a passkey' }))
  await user.type(screen.getByLabelText('Name'), 'My phone')
  await user.type(screen.getByLabelText('Password'), 'not this one')
  await user.click(screen.getByRole('button', { name: 'Go on' }))
  const password = screen.getByLabelText('Password')
  await waitFor(() => expect(password.getAttribute('aria-invalid')).toBe('true'))
  await user.clear(password)
  await user.type(password, 'correct horse battery')
  ask.mockRejectedValueOnce(new DOMException('there', 'InvalidStateError'))
  await user.click(screen.getByRole('button', { name: 'Go on' }))
  expect((await screen.findByRole('alert')).textContent).toContain('has a passkey of yours already')
  ask.mockResolvedValueOnce(new Given('a-passkey'))
  await user.click(screen.getByRole('button', { name: 'Go on' }))
  const list = await screen.findByRole('list', { name: 'Passkeys' })
  expect(within(list).getByText('My phone')).toBeDefined()

  await user.click(screen.getByRole('button', { name: 'Rename My phone' }))
  await user.clear(screen.getByLabelText('Name'))
  await user.type(screen.getByLabelText('Name'), 'Old phone')
  await user.click(screen.getByRole('button', { name: 'Rename' }))
  await user.click(await screen.findByRole('button', { name: 'Remove Old phone' }))
  await user.click(screen.getByRole('button', { name: 'Remove' }))
  await waitFor(() => expect(screen.queryByRole('list', { name: 'Passkeys' })).toBeNull())
})

/** A browser that offers passkeys where it fills in the address. */
class Offering extends Given {
  static readonly isConditionalMediationAvailable = () => Promise.resolve(true)
}
type Request = { mediation?: string; signal?: AbortSignal }
const requests = () => ask.mock.calls.map((call) => (call as unknown as [Request])[0])
/** Answers what is offered when the test says so, and the button at once. */
function offering() {
  let choose: (one: Given) => void = () => {}
  vi.stubGlobal('PublicKeyCredential', Offering)
  ask.mockImplementation((...args: unknown[]) => {
    const { mediation, signal } = args[0] as Request
    if (mediation !== 'conditional') return Promise.resolve(new Offering('a-passkey'))
    return new Promise<Given>((resolve, reject) => {
      choose = resolve
      signal?.addEventListener('abort', () => reject(signal.reason))
    })
  })
  return (id: string) => choose(new Offering(id))
}

test('a passkey that is filled in lets in without the button', async () => {
  const choose = offering()
  await open('/sign-in', signedOut)
  await waitFor(() => expect(requests()).toMatchObject([{ mediation: 'conditional' }]))
  expect(screen.getByLabelText('E-mail').getAttribute('autocomplete')).toBe('username webauthn')
  choose('a-passkey')
  expect(await screen.findByRole('heading', { name: /Overview/ })).toBeDefined()
})

test('the button ends what is offered, so that one question is open at a time', async () => {
  offering()
  const { user } = await open('/sign-in', signedOut)
  await waitFor(() => expect(requests()).toHaveLength(1))
  await user.click(screen.getByRole('button', { name: 'Sign in with a passkey' }))
  await waitFor(() => expect(requests()).toHaveLength(2))
  expect(requests()[0]?.signal?.aborted).toBe(true)
  expect(requests()[1]?.mediation).toBeUndefined()
  expect(await screen.findByRole('heading', { name: /Overview/ })).toBeDefined()
})

test('where a server knows no passkeys nothing is offered, and nothing is said', async () => {
  offering()
  const { api } = await open('/sign-in', (mock) => {
    signedOut(mock)
    mock.answer('post /api/v1/auth/passkey/begin', () => problem(409, 'conflict', 'It has no name'))
  })
  await waitFor(() => expect(api.asked).toContain('post /api/v1/auth/passkey/begin'))
  expect(ask).not.toHaveBeenCalled()
  expect(screen.queryByRole('alert')).toBeNull()
})

test('a passkey that was filled in and does not let in is said to be so', async () => {
  const choose = offering()
  await open('/sign-in', signedOut)
  await waitFor(() => expect(requests()).toHaveLength(1))
  choose('one-that-was-removed')
  expect((await screen.findByRole('alert')).textContent).toContain('does not let in')
})
