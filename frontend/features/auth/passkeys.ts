/** Why this browser has no passkeys here, if so. Outside a secure context no page is told of them. */
export const noPasskeys = (): string | undefined => {
  if (!window.isSecureContext) return 'Passkeys want HTTPS, or a server on this machine'
  const known = typeof PublicKeyCredential !== 'undefined'
  return known && 'parseRequestOptionsFromJSON' in PublicKeyCredential
    ? undefined
    : 'This browser knows no passkeys'
}

/** Passkeys are for names: no browser and no server knows one for an address of digits. */
const isNamed = () => !/^[\d.]+$|^\[/.test(location.hostname)

/** Whether this browser offers passkeys where it fills in an address. */
export const offersPasskeys = async (): Promise<boolean> =>
  isNamed() &&
  !noPasskeys() &&
  'isConditionalMediationAvailable' in PublicKeyCredential &&
  PublicKeyCredential.isConditionalMediationAvailable()
