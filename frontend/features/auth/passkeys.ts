/** Why this browser has no passkeys here, if so. Outside a secure context no page is told of them. */
export const noPasskeys = (): string | undefined => {
  if (!window.isSecureContext) return 'Passkeys want HTTPS, or a server on this machine'
  const known = typeof PublicKeyCredential !== 'undefined'
  return known && 'parseRequestOptionsFromJSON' in PublicKeyCredential
    ? undefined
    : 'This browser knows no passkeys'
}

/** Whether this browser offers passkeys where it fills in an address. */
export const offersPasskeys = async (): Promise<boolean> =>
  !noPasskeys() &&
  'isConditionalMediationAvailable' in PublicKeyCredential &&
  PublicKeyCredential.isConditionalMediationAvailable()
