import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { Mailbox } from './mailbox'
import { launch } from './service'
import { PASSWORD } from './tenant'

// A server of its own: it has a mail server, and a name, without which browsers know no passkeys.

const mailbox = new Mailbox()
let home = ''
let url = ''
let end = async () => {}

test.beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'crontopus-accounts-'))
  const [smtp, port] = [await mailbox.open(), await freePort()]
  url = `http://localhost:${port}`
  const settings = {
    public_url: url,
    smtp_host: '127.0.0.1',
    smtp_port: smtp,
    smtp_security: 'none',
    smtp_from: 'Crontopus <cron@acme.example>',
  }
  const lines = Object.entries(settings).map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`)
  const service = await launch(home, lines.join(''), `127.0.0.1:${port}`)
  end = service.end
})

test.afterAll(async () => {
  await end()
  mailbox.close()
  rmSync(home, { recursive: true, force: true })
})

async function freePort(): Promise<number> {
  const taken = createServer()
  await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done))
  const address = taken.address()
  await new Promise((done) => taken.close(done))
  return typeof address === 'object' && address ? address.port : 0
}

/** Makes an account in the page, which is then signed in. */
async function signUp(page: Page, slug: string): Promise<string> {
  const email = `mira@${slug}.example`
  await page.goto(`${url}/sign-up`)
  await page.getByLabel('Your name').fill('Mira Okafor')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Tenant').fill(slug)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Make the account' }).click()
  await expect(page.getByRole('heading', { name: 'First steps' })).toBeVisible()
  return email
}

async function signOut(page: Page) {
  await page.goto(`${url}/profile`)
  await page.getByRole('main').getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
}

async function signIn(page: Page, email: string, password: string) {
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

test('who forgot the password sets another one by a link in a mail', async ({ page, browser }) => {
  const email = await signUp(page, 'forgetful')
  const elsewhere = await (await browser.newContext()).newPage()
  await elsewhere.goto(`${url}/sign-in`)
  await signIn(elsewhere, email, PASSWORD)
  await expect(elsewhere.getByRole('heading', { name: /Overview|First steps/ })).toBeVisible()
  await signOut(page)

  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await page.getByLabel('E-mail').fill(email)
  await page.getByRole('button', { name: 'Send the link' }).click()
  await expect(page.getByRole('heading', { name: 'Look into your mail' })).toBeVisible()
  await expect.poll(() => mailbox.mails.length).toBe(1)
  const link = /http:\S+\/reset-password#[\w-]+/.exec(mailbox.mails[0] ?? '')?.[0] ?? ''
  expect(link).toContain(url)

  await page.goto(link)
  await page.getByLabel('New password').fill('nine quiet herons count')
  await page.getByRole('button', { name: 'Set the password' }).click()
  await expect(page.getByRole('heading', { name: 'Your password is set' })).toBeVisible()
  await page.getByRole('link', { name: 'Sign in' }).click()
  await signIn(page, email, PASSWORD)
  await expect(page.getByRole('alert')).toContainText('is wrong')
  await signIn(page, email, 'nine quiet herons count')
  await expect(page.getByRole('heading', { name: /Overview|First steps/ })).toBeVisible()

  // Whoever was in elsewhere is not any more, and the link is no way in again.
  await elsewhere.goto(`${url}/profile`)
  await expect(elsewhere.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await elsewhere.goto(link)
  await elsewhere.getByLabel('New password').fill('ten quiet herons count')
  await elsewhere.getByRole('button', { name: 'Set the password' }).click()
  await expect(elsewhere.getByRole('alert')).toContainText('has ended, or was used')
  await expect.poll(() => mailbox.mails.length).toBe(2)
  expect(mailbox.mails[1]).toContain('Subject: Your password was changed')
})

test('a passkey made in the profile lets in without a password, and a removed one does not', async ({
  page,
  context,
}) => {
  const device = await context.newCDPSession(page)
  await device.send('WebAuthn.enable')
  const { authenticatorId } = await device.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  // A hand that is always there takes what is offered at once: the button is tried where nothing is.
  await page.addInitScript(() => {
    if (!localStorage.getItem('offered')) {
      PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(false)
    }
  })
  await signUp(page, 'keyed')
  const add = async (name: string) => {
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill(name)
    await dialog.getByLabel('Password').fill(PASSWORD)
    await dialog.getByRole('button', { name: 'Go on' }).click()
    return dialog
  }
  await page.goto(`${url}/profile`)
  await add('My phone')
  const list = page.getByRole('list', { name: 'Passkeys' })
  await expect(list).toContainText('My phone')
  await expect(list).toContainText('Not used yet')
  const { credentials } = await device.send('WebAuthn.getCredentials', { authenticatorId })
  expect(credentials.map((c) => [c.isResidentCredential, c.rpId])).toEqual([[true, 'localhost']])
  const again = await add('The same')
  await expect(again.getByRole('alert')).toContainText('has a passkey of yours already')

  await signOut(page)
  const button = page.getByRole('button', { name: 'Sign in with a passkey' })
  await button.click()
  await expect(page.getByRole('heading', { name: /Overview|First steps/ })).toBeVisible()

  // Where the browser offers it in the field of the address, no button is needed.
  await page.goto(`${url}/profile`)
  await page.evaluate(() => localStorage.setItem('offered', 'yes'))
  await page.getByRole('main').getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: /Overview|First steps/ })).toBeVisible()
  await page.evaluate(() => localStorage.removeItem('offered'))

  // A hand that is not its owner's.
  await signOut(page)
  await device.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
  await button.click()
  await expect(page.getByRole('alert')).toContainText('No passkey was given')
  await device.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true })
  await button.click()
  await expect(page.getByRole('heading', { name: /Overview|First steps/ })).toBeVisible()

  await page.goto(`${url}/profile`)
  await expect(list).toContainText('Last used')
  await page.getByRole('button', { name: 'Rename My phone' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('Old phone')
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click()
  await page.getByRole('button', { name: 'Remove Old phone' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(list).toHaveCount(0)
  await signOut(page)
  await button.click()
  await expect(page.getByRole('alert')).toContainText('does not let in')
})
