/** One message of a stream of server-sent events. */
export type Message = { id?: string; event: string; data: string }

/**
 * Reads server-sent events from text as it comes (WHATWG HTML 9.2.6). `EventSource` can not send the header
 * that names the tenant, so the stream is fetched and read here.
 */
export function reader(onMessage: (message: Message) => void) {
  let rest = ''
  let data: string[] = []
  let event = ''
  let id: string | undefined
  return (text: string) => {
    const lines = (rest + text).split(/\r\n|\n|\r/)
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line === '') {
        if (data.length) onMessage({ id, event: event || 'message', data: data.join('\n') })
        data = []
        event = ''
        continue
      }
      const colon = line.indexOf(':')
      if (colon === 0) continue
      const field = colon < 0 ? line : line.slice(0, colon)
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
      if (field === 'data') data.push(value)
      else if (field === 'event') event = value
      else if (field === 'id') id = value
    }
  }
}
