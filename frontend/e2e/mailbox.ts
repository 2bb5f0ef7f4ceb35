import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

/** A mail server on this machine that keeps what it takes. */
export class Mailbox {
  readonly mails: string[] = []
  private readonly server = createServer((socket) => void this.talk(socket))

  /** Takes a free port; which one. */
  async open(): Promise<number> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done))
    const address = this.server.address()
    if (typeof address !== 'object' || !address) throw new Error('the mailbox has no port')
    return address.port
  }

  close() {
    this.server.close()
  }

  private async talk(socket: Socket) {
    const say = (line: string) => socket.write(`${line}\r\n`)
    say('220 mailbox')
    let mail: string[] | undefined
    for await (const line of createInterface({ input: socket })) {
      if (mail && line !== '.') mail.push(line)
      else if (mail) {
        // Long lines of text are folded (RFC 2045, 6.7).
        this.mails.push(mail.join('\n').replaceAll('=\n', '').replaceAll('=3D', '='))
        mail = undefined
        say('250 kept')
      } else if (/^DATA/i.test(line)) {
        mail = []
        say('354 go on')
      } else if (/^QUIT/i.test(line)) {
        say('221 bye')
        socket.end()
      } else say('250 mailbox')
    }
  }
}
