import { expect, test } from 'vitest';
import type { AuditEvent } from '../../schemas/types.ts';
import { aLaunch } from '../../test/support/audit-trail.ts';
import { matches, parseSince, type AuditFilter } from './filter.ts';

const event: AuditEvent = {
  schemaVersion: 1,
  time: '2026-04-16T10:00:00.123Z',
  ...{ chain: '0'.repeat(32), sequence: 1, previous: '0'.repeat(64), user: 'ada', device: 'desk' },
  ...aLaunch,
};

test.each<[AuditFilter, boolean]>([
  [{}, true],
  [{ server: 'memory' }, true],
  [{ server: 'memory@1.2.0' }, true],
  [{ server: 'memory@1.2.1' }, false],
  [{ server: 'mem' }, false],
  [{ user: 'ada' }, true],
  [{ user: 'bob' }, false],
  [{ event: 'launch', outcome: 'allowed' }, true],
  [{ event: 'launch', outcome: 'refused' }, false],
  [{ since: new Date('2026-04-16T10:00:00.123Z') }, true],
  [{ since: new Date('2026-04-16T10:00:00.124Z') }, false],
])('%j is asked for: %s', (filter, wanted) => {
  expect(matches(event, filter)).toBe(wanted);
});

test('finds a version where the server was asked for without one', () => {
  expect(matches({ ...event, server: 'memory' }, { server: 'memory@1.2.0' })).toBe(true);
});

const now = new Date('2026-04-16T10:00:00Z');

test.each([
  ['2026-04-16', '2026-04-16T00:00:00.000Z'],
  ['2026-04-16T09:00:00+01:00', '2026-04-16T08:00:00.000Z'],
  ['12h', '2026-04-15T22:00:00.000Z'],
  ['7d', '2026-04-09T10:00:00.000Z'],
])('reads %s', (text, since) => {
  expect(parseSince(text, now).toISOString()).toBe(since);
});

test.each(['yesterday', '2026', '2026-13-01', '-1d', '1', ''])('%j is no time', (text) => {
  expect(() => parseSince(text, now)).toThrow('is no time');
});
