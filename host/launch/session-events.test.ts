import { expect, test } from 'vitest';
import type { CallEvent } from '../proxy/events.ts';
import { sessionEvents, type Told } from './session-events.ts';

const call = (outcome: CallEvent['outcome']): CallEvent => ({
  kind: 'call',
  tool: 'read_file',
  argumentsDigest: 'a'.repeat(64),
  outcome,
  tookMs: 1.5,
  requestBytes: 10,
  answerBytes: 20,
});

test.each([
  ['ok', { decision: 'allowed', outcome: 'allowed' }],
  ['error', { decision: 'allowed', outcome: 'failed', errorType: 'tool_error' }],
  ['cancelled', { decision: 'allowed', outcome: 'failed', errorType: 'cancelled' }],
  ['unanswered', { decision: 'allowed', outcome: 'failed', errorType: 'unanswered' }],
  ['refused', { decision: 'denied', outcome: 'refused' }],
] as const)('tells a call that ended with %s', (outcome, expected) => {
  const written: Told[] = [];
  sessionEvents('pipe', (event) => void written.push(event))(call(outcome));
  expect(written).toEqual([
    {
      ...{ event: 'call', method: 'tools/call', transport: 'pipe', tool: 'read_file' },
      ...{ argumentsSha256: 'a'.repeat(64), durationMs: 1.5, requestBytes: 10, responseBytes: 20 },
      ...expected,
    },
  ]);
});

test('tells the client with every event after it named itself', () => {
  const written: Told[] = [];
  const tell = sessionEvents('pipe', (event) => void written.push(event));
  tell({ kind: 'client', name: 'editor', version: '2', protocol: '2025-11-25' });
  tell({ kind: 'drift', list: 'tools', key: 'read_file', why: 'changed' });
  tell({ kind: 'drift', list: 'instructions', key: '', why: 'changed' });
  tell({ kind: 'denial', from: 'server', what: 'sampling/createMessage', reason: 'not approved' });
  const who = { client: { name: 'editor', version: '2' }, protocolVersion: '2025-11-25' };
  expect(written).toEqual([
    { event: 'drift', drift: { kind: 'tool', name: 'read_file' }, outcome: 'refused', message: 'changed', ...who },
    { event: 'drift', drift: { kind: 'instructions' }, outcome: 'refused', message: 'changed', ...who },
    {
      event: 'denial',
      method: 'sampling/createMessage',
      outcome: 'refused',
      message: 'of the server: not approved',
      ...who,
    },
  ]);
});
