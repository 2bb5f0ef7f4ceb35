import { describe, expect, test } from 'vitest'
import { asCommand, asCurl } from './commands'
import { ApiError, refusal, sentence } from './problem'
import { atLeast, refused } from './roles'
import { type Message, reader } from './stream'
import { tenantOf } from './tenant'

describe('server-sent events', () => {
  const read = (...parts: string[]) => {
    const got: Message[] = []
    const take = reader((m) => got.push(m))
    for (const part of parts) take(part)
    return got
  }

  test('messages come whole, however the text is cut', () => {
    const text =
      ': hello\n\nid: 7\nevent: run.changed\ndata: {"a":1}\n\nid: 8\nevent: reset\ndata: x\ndata: y\n\n'
    const whole = read(text)
    expect(whole).toEqual([
      { id: '7', event: 'run.changed', data: '{"a":1}' },
      { id: '8', event: 'reset', data: 'x\ny' },
    ])
    expect(read(...text)).toEqual(whole)
  })

  test('what is not ended by an empty line is no message yet', () => {
    expect(read('data: x\n')).toEqual([])
    expect(read('data: x\r\n\r\n')).toEqual([{ id: undefined, event: 'message', data: 'x' }])
  })
})

describe('calls', () => {
  test('an address can not break out of the line', () => {
    expect(asCurl({ method: 'GET', path: "/api/v1/jobs?q=a'b" }, 'https://cron.example')).toBe(
      `curl -sS -H "Authorization: Bearer $CRONTOPUS_TOKEN" 'https://cron.example/api/v1/jobs?q=a%27b'`,
    )
  })

  test('reads have a command where there is one', () => {
    expect(asCommand({ method: 'GET', path: '/api/v1/jobs/finance/ledger?x=1' })).toBe(
      'crontopus jobs show finance/ledger',
    )
    expect(asCommand({ method: 'GET', path: '/api/v1/jobs?limit=200' })).toBe('crontopus jobs list')
    expect(asCommand({ method: 'POST', path: '/api/v1/jobs' })).toBeUndefined()
  })
})

describe('problems', () => {
  const problem = {
    type: 'x',
    title: 'Not valid',
    status: 422,
    code: 'invalid' as const,
    detail: 'two fields',
    errors: [{ pointer: '/name', detail: 'too long' }],
    request_id: 'req_1',
  }

  test('the server’s words and fields are kept', () => {
    const error = refusal(problem, new Response(null, { status: 422 }))
    expect(error.fields).toEqual({ name: 'too long' })
    expect(sentence(error)).toBe('two fields')
  })

  test('a page of a proxy is no problem, and still one', () => {
    const error = refusal('<html>', new Response(null, { status: 502, headers: { 'x-request-id': 'r9' } }))
    expect(error).toBeInstanceOf(ApiError)
    expect([error.code, error.problem.request_id]).toEqual(['unavailable', 'r9'])
  })
})

test('roles include the ones before', () => {
  expect(atLeast('admin', 'member')).toBe(true)
  expect(refused('viewer', 'admin')).toBe('Needs the role admin; you are a viewer')
  expect(refused('owner', 'admin')).toBe(false)
})

test('the tenant is the one the address names', () => {
  expect(['/t/acme/jobs', '/t/acme', '/jobs', '/t/', '/tea/x', '/t/A/'].map(tenantOf)).toEqual([
    'acme',
    'acme',
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})
