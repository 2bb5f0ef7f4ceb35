import { clsx } from 'clsx'
import type { ReactNode } from 'react'

export type JobStatus =
  | 'unplaced'
  | 'disabled'
  | 'invalid'
  | 'pending'
  | 'ok'
  | 'late'
  | 'failing'
  | 'paused'
  | 'unknown'
export type RunStatus = 'running' | 'succeeded' | 'failed' | 'timed_out' | 'missed' | 'skipped' | 'unknown'
export type AgentState = 'pending' | 'online' | 'lost' | 'revoked' | 'quarantined' | 'left'
export type IncidentState = 'open' | 'acknowledged' | 'resolved'
export type SyncState = 'empty' | 'ok' | 'partial' | 'failed'

export type Tone = 'ok' | 'fail' | 'late' | 'miss' | 'run' | 'idle'
type Shape =
  | 'dot'
  | 'cross'
  | 'alert'
  | 'clock'
  | 'gap'
  | 'ring'
  | 'pause'
  | 'new'
  | 'skip'
  | 'query'
  | 'check'

/** How a status looks and reads: a word, a tone, and a shape of its own, so that colour never says it alone. */
export type Look = { word: string; tone: Tone; shape: Shape }
const look = (word: string, tone: Tone, shape: Shape): Look => ({ word, tone, shape })

// The only place where a status becomes a word. A status the server adds is a type error at the reader.

export const JOB: Record<JobStatus, Look> = {
  failing: look('Failing', 'fail', 'cross'),
  invalid: look('Invalid', 'fail', 'alert'),
  late: look('Late', 'late', 'clock'),
  unknown: look('Unknown', 'idle', 'query'),
  unplaced: look('On no host', 'late', 'new'),
  pending: look('Not run yet', 'idle', 'new'),
  ok: look('Healthy', 'ok', 'dot'),
  paused: look('Paused', 'idle', 'pause'),
  disabled: look('Disabled', 'idle', 'skip'),
}

export const RUN: Record<RunStatus, Look> = {
  running: look('Running', 'run', 'ring'),
  succeeded: look('Succeeded', 'ok', 'dot'),
  failed: look('Failed', 'fail', 'cross'),
  timed_out: look('Timed out', 'fail', 'alert'),
  missed: look('Missed', 'miss', 'gap'),
  skipped: look('Skipped', 'idle', 'skip'),
  unknown: look('Unknown', 'idle', 'query'),
}

export const AGENT: Record<AgentState, Look> = {
  online: look('Online', 'ok', 'dot'),
  pending: look('Waits for approval', 'late', 'clock'),
  lost: look('Silent', 'miss', 'gap'),
  quarantined: look('Quarantined', 'fail', 'alert'),
  left: look('Uninstalled', 'idle', 'skip'),
  revoked: look('Revoked', 'idle', 'skip'),
}

export const INCIDENT: Record<IncidentState, Look> = {
  open: look('Open', 'fail', 'alert'),
  acknowledged: look('Acknowledged', 'late', 'clock'),
  resolved: look('Resolved', 'ok', 'check'),
}

export const SYNC: Record<SyncState, Look> = {
  ok: look('In sync', 'ok', 'dot'),
  partial: look('Some files are wrong', 'late', 'clock'),
  failed: look('Sync failed', 'fail', 'alert'),
  empty: look('Nothing pushed yet', 'idle', 'new'),
}

export const TEXT: Record<Tone, string> = {
  ok: 'text-ok',
  fail: 'text-fail',
  late: 'text-late',
  miss: 'text-miss',
  run: 'text-run',
  idle: 'text-idle',
}
export const FILL: Record<Tone, string> = {
  ok: 'var(--ok-fill)',
  fail: 'var(--fail-fill)',
  late: 'var(--late-fill)',
  miss: 'var(--miss-fill)',
  run: 'var(--run-fill)',
  idle: 'var(--idle-fill)',
}
export const SOFT: Record<Tone, string> = {
  ok: 'bg-ok-soft text-ok',
  fail: 'bg-fail-soft text-fail',
  late: 'bg-late-soft text-late',
  miss: 'bg-miss-soft text-miss',
  run: 'bg-run-soft text-run',
  idle: 'bg-idle-soft text-idle',
}

const CUT = { stroke: 'var(--surface)', strokeWidth: 1.75, strokeLinecap: 'round' as const, fill: 'none' }

/** The shape of a status. `quiet` where the word stands beside it already. */
export function StatusGlyph({ of, size = 14, quiet }: { of: Look; size?: number; quiet?: boolean }) {
  const fill = FILL[of.tone]
  const name = quiet ? { 'aria-hidden': true } : { role: 'img', 'aria-label': of.word }
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" className="shrink-0" {...name}>
      {draw(of.shape, fill)}
    </svg>
  )
}

function draw(shape: Shape, fill: string): ReactNode {
  const disc = <circle cx="8" cy="8" r="7" fill={fill} />
  const round = { stroke: fill, strokeLinecap: 'round' as const, fill: 'none' }
  switch (shape) {
    case 'dot':
      return (
        <>
          <circle cx="8" cy="8" r="7" fill={fill} opacity=".2" />
          <circle cx="8" cy="8" r="3.5" fill={fill} />
        </>
      )
    case 'cross':
      return (
        <>
          {disc}
          <path d="m5.6 5.6 4.8 4.8m0-4.8-4.8 4.8" {...CUT} />
        </>
      )
    case 'alert':
      return (
        <>
          {disc}
          <path d="M8 4.4V8.4M8 11.3v.1" {...CUT} />
        </>
      )
    case 'clock':
      return (
        <>
          {disc}
          <path d="M8 4.6V8l2.3 1.6" {...CUT} />
        </>
      )
    case 'check':
      return (
        <>
          {disc}
          <path d="m5 8.2 2.1 2.1L11 6.2" {...CUT} />
        </>
      )
    case 'gap':
      return (
        <circle
          cx="8"
          cy="8"
          r="5.9"
          fill="none"
          stroke={fill}
          strokeWidth="2.2"
          strokeDasharray="3.1 3.08"
        />
      )
    case 'ring':
      return (
        <>
          <circle cx="8" cy="8" r="5.9" fill="none" stroke={fill} strokeWidth="2.2" opacity=".25" />
          <path d="M8 2.1A5.9 5.9 0 0 1 13.9 8" strokeWidth="2.2" {...round} />
        </>
      )
    case 'pause':
      return <path d="M5.5 4v8m5-8v8" strokeWidth="2.4" {...round} />
    case 'skip':
      return <path d="M4 8h8" strokeWidth="2.2" {...round} />
    case 'query':
      return (
        <>
          <circle cx="8" cy="8" r="6.2" fill="none" stroke={fill} strokeWidth="1.6" />
          <path
            d="M6.3 6.4a1.75 1.75 0 1 1 2.5 1.6c-.5.3-.8.6-.8 1.1M8 11.2v.1"
            strokeWidth="1.5"
            {...round}
          />
        </>
      )
    case 'new':
      return <circle cx="8" cy="8" r="5.9" strokeWidth="1.8" strokeDasharray="0.1 3.6" {...round} />
  }
}

/** A status in a word, on its own soft ground. */
export function StatusPill({ of, children }: { of: Look; children?: ReactNode }) {
  return (
    <span
      className={clsx(
        'inline-flex h-5.5 items-center gap-1.5 rounded-full pr-2.5 pl-1.5 text-xs font-medium whitespace-nowrap',
        SOFT[of.tone],
      )}
    >
      <StatusGlyph of={of} size={12} quiet />
      {children ?? of.word}
    </span>
  )
}
