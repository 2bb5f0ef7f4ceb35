import { api, get, type Schemas } from '@app/api/client'

/** Signs in with whatever passkey this device, or one beside it, has for this server. */
export async function signInWithPasskey(): Promise<Schemas['Me']> {
  const { options } = await get(api.POST('/api/v1/auth/passkey/begin'))
  if (!isRequest(options)) throw new Error(UNKNOWN)
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options)
  const credential = asJson(await asked(navigator.credentials.get({ publicKey })))
  return get(api.POST('/api/v1/auth/passkey', { body: { credential } }))
}

/** A challenge ends after the server's patience, and another is asked for; a page that is left open does not for ever. */
const MOST_OFFERS = 6
const PATIENCE = 300_000

/**
 * Has the browser offer passkeys where it fills in the address, and signs in with the one that is chosen. Nobody asked
 * for it, so nothing is said when it can not be offered; none when none was chosen before `stop`.
 */
export async function offerPasskeys(stop: AbortSignal): Promise<Schemas['Me'] | undefined> {
  for (let turn = 0; turn < MOST_OFFERS; turn++) {
    const asked = await get(api.POST('/api/v1/auth/passkey/begin')).catch(() => undefined)
    if (stop.aborted || !asked || !isRequest(asked.options)) return undefined
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(asked.options)
    const end = AbortSignal.timeout(publicKey.timeout ?? PATIENCE)
    const signal = AbortSignal.any([stop, end])
    const given = await navigator.credentials
      .get({ publicKey, mediation: 'conditional', signal })
      .catch(() => undefined)
    if (given && !stop.aborted) {
      return get(api.POST('/api/v1/auth/passkey', { body: { credential: asJson(given) } }))
    }
    if (stop.aborted || !end.aborted) return undefined
  }
  return undefined
}

/** Has a device make a passkey, and the server keep it by this name. */
export async function makePasskey(password: string, name: string): Promise<Schemas['Passkey']> {
  const { options } = await get(api.POST('/api/v1/me/passkeys/begin', { body: { password } }))
  if (!isCreation(options)) throw new Error(UNKNOWN)
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options)
  const credential = asJson(await asked(navigator.credentials.create({ publicKey })))
  return get(api.POST('/api/v1/me/passkeys', { body: { name, credential } }))
}

const UNKNOWN = 'This page is older than the server; load it anew.'

const isRequest = (o: object): o is PublicKeyCredentialRequestOptionsJSON => 'challenge' in o
const isCreation = (o: object): o is PublicKeyCredentialCreationOptionsJSON =>
  'challenge' in o && 'pubKeyCredParams' in o

const asJson = (given: Credential | null): Record<string, unknown> => {
  if (!(given instanceof PublicKeyCredential)) throw new Error('No passkey was given.')
  return { ...given.toJSON() }
}

/** What browsers say when nobody touched the key is for nobody to read. */
async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (e) {
    if (!(e instanceof DOMException)) throw e
    if (e.name === 'NotAllowedError') throw new Error('No passkey was given.', { cause: e })
    if (e.name === 'InvalidStateError') {
      throw new Error('This device has a passkey of yours already.', { cause: e })
    }
    throw e
  }
}
