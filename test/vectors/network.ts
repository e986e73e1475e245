/** What stands between the host and the registry, and answers in its place. */
import { control, recordBin, registry, statusBin, type Attack } from './define.ts';
import type { AnswerName } from '../support/hostile-answers.ts';
import type { Outcome } from './vector.ts';

const timestamp = 'metadata/timestamp.json';
const root = 'metadata/2.root.json';
const pathOf = (part: string): string => [...control.keys()].find((path) => path.includes(part)) ?? '';
const status = pathOf('.status.json');
const lock = pathOf('locks/');

/** For which a host runs on its cache; one that has none says what is wrong. */
const silence = (fresh: Outcome): Attack['outcome'] => ({ fresh, visited: 'accepted' });

type Row = readonly [
  is: string,
  attack: string,
  outcome: Attack['outcome'],
  answers: Record<string, AnswerName>,
  more?: Partial<Attack>,
];

const played = (rows: readonly Row[]): Attack[] =>
  rows.map(([is, attack, outcome, answers, more]) => ({ is, attack, outcome, answers, remembers: 'nothing', ...more }));

/** Of a file that comes after the metadata. */
const below: Partial<Attack> = { remembers: 'all', afterwards: { silent: 'network' } };
const fresh = (outcome: Outcome): Attack['outcome'] => ({ fresh: outcome });
/** The record differs, so that a host that was there before asks for it. */
const otherRecord: Partial<Attack> = {
  serves: registry(20, { record: (r) => ({ ...r, description: 'Another.' }) }),
  inUsedFile: true,
};
const recordPathOf = (files: Attack['serves']): string =>
  [...(files ?? control).keys()].find((path) => path.startsWith('targets/servers/')) ?? '';
const newRecord = recordPathOf(otherRecord.serves);

export const networkAttacks: readonly Attack[] = played([
  ['endless-timestamp', 'sends a timestamp that never ends', 'E_TOO_LARGE', { [timestamp]: 'endless' }],
  ['endless-root', 'sends a root that never ends', 'E_TOO_LARGE', { [root]: 'endless' }],
  ['endless-snapshot', 'sends a snapshot that never ends', 'E_TOO_LARGE', { 'metadata/20.snapshot.json': 'endless' }],
  ['endless-targets', 'sends a targets file that never ends', 'E_TOO_LARGE', { 'metadata/2.targets.json': 'endless' }],
  [
    'endless-keyring',
    'sends a keyring that never ends',
    fresh('E_TOO_LARGE'),
    { [pathOf('.keyring.json')]: 'endless' },
  ],
  ['endless-status', 'sends a status that never ends', 'E_TOO_LARGE', { [status]: 'endless' }],
  [
    'endless-bin',
    'sends a bin that never ends',
    'E_TOO_LARGE',
    { [`metadata/20.${recordBin}.json`]: 'endless' },
    { remembers: 'status', inUsedFile: true },
  ],
  [
    'endless-record',
    'sends a record that never ends',
    'E_TOO_LARGE',
    { [newRecord]: 'endless' },
    { ...otherRecord, ...below },
  ],
  ['endless-lock', 'sends a lock that never ends', fresh('E_TOO_LARGE'), { [lock]: 'endless' }, below],
  [
    'one-byte-a-second',
    'sends a timestamp at one byte a second',
    silence('network'),
    { [timestamp]: 'one byte a second' },
  ],
  ['no-answer', 'takes the connection and never answers', silence('network'), { '*': 'nothing' }],
  ['closed-connection', 'closes every connection', silence('network'), { '*': 'a closed connection' }],
  [
    'timestamp-that-breaks-off',
    'breaks a timestamp off in the middle',
    silence('network'),
    { [timestamp]: 'a file that breaks off' },
  ],
  [
    'status-that-breaks-off',
    'breaks a status off in the middle',
    silence('network'),
    { [status]: 'a file that breaks off' },
  ],
  [
    'bin-that-breaks-off',
    'breaks the bin of the record off in the middle',
    silence('network'),
    { [`metadata/20.${recordBin}.json`]: 'a file that breaks off' },
    { remembers: 'status', inUsedFile: true },
  ],
  [
    'bin-of-the-status-that-breaks-off',
    'breaks the bin of the status off in the middle',
    silence('network'),
    { [`metadata/20.${statusBin}.json`]: 'a file that breaks off' },
  ],
  [
    'record-that-breaks-off',
    'breaks a record off in the middle',
    silence('network'),
    { [newRecord]: 'a file that breaks off' },
    { ...otherRecord, ...below },
  ],
  [
    'root-that-breaks-off',
    'breaks a newer root off in the middle, to hide it',
    silence('network'),
    { [root]: 'a file that breaks off' },
  ],
  ['headers-without-end', 'sends headers that never end', silence('network'), { [timestamp]: 'headers without end' }],
  ['another-protocol', 'answers in another protocol', silence('network'), { [timestamp]: 'not HTTP' }],
  ['empty-timestamp', 'sends an empty timestamp', 'E_FORMAT', { [timestamp]: 'an empty file' }],
  [
    'captive-portal',
    'answers everything with the page of a captive portal',
    'E_FORMAT',
    { '*': 'a page of a captive portal' },
  ],
  [
    'captive-portal-for-the-timestamp',
    'answers with a page where the timestamp is',
    'E_FORMAT',
    { [timestamp]: 'a page of a captive portal' },
  ],
  [
    'redirect-on-the-same-host',
    'sends the host elsewhere on the same host, where the file is',
    'http-status',
    { [timestamp]: 'a redirect on the same host' },
  ],
  [
    'redirect-to-another-host',
    'sends the host to another host, where the file is',
    'http-status',
    { [timestamp]: 'a redirect to another host' },
  ],
  [
    'redirect-of-everything',
    'sends the host elsewhere for everything',
    'http-status',
    { '*': 'a redirect on the same host' },
  ],
  [
    'redirect-of-a-record',
    'sends the host elsewhere for a record',
    'http-status',
    { [newRecord]: 'a redirect to another host' },
    { ...otherRecord, ...below },
  ],
  ['gzip-bomb', 'sends a timestamp that unpacks to 64 MiB', 'E_TOO_LARGE', { [timestamp]: 'a gzip bomb' }],
  [
    'small-gzip-bomb',
    'sends a timestamp within its limit that unpacks to 4 MiB',
    'E_FORMAT',
    { [timestamp]: 'a small gzip bomb' },
  ],
  ['gzip-bomb-for-a-status', 'sends a status that unpacks to 64 MiB', 'E_TOO_LARGE', { [status]: 'a gzip bomb' }],
  [
    'packed-timestamp',
    'packs a timestamp though the host asked for it as it is',
    'E_FORMAT',
    { [timestamp]: 'the file in gzip' },
  ],
  [
    'longer-content-length',
    'says that a timestamp is longer than it is',
    silence('network'),
    { [timestamp]: 'a longer content-length' },
  ],
  [
    'shorter-content-length',
    'says that a timestamp is shorter than it is',
    'E_FORMAT',
    { [timestamp]: 'a shorter content-length' },
  ],
  ['forbidden', 'answers 403 for everything', 'http-status', { '*': '403' }],
  ['not-found', 'answers 404 for everything', 'http-status', { '*': '404' }],
  ['gone', 'answers 410 for everything', 'http-status', { '*': '410' }],
  ['too-many-requests', 'answers 429 for everything', silence('http-status'), { '*': '429' }],
  ['server-error', 'answers 500 for everything', silence('http-status'), { '*': '500' }],
  ['unavailable', 'answers 503 for everything', silence('http-status'), { '*': '503' }],
  ['server-error-for-the-root', 'answers 500 for a newer root, to hide it', silence('http-status'), { [root]: '500' }],
  // A copy of the registry need not carry every record, so that the refresh goes on.
  [
    'record-not-found',
    'answers 404 for a record',
    'not-carried',
    { [newRecord]: '404' },
    { ...otherRecord, ...below, inUsedFile: false },
  ],
  [
    'record-forbidden',
    'answers 403 for a record',
    'not-carried',
    { [newRecord]: '403' },
    { ...otherRecord, ...below, inUsedFile: false },
  ],
  ['lock-not-found', 'answers 404 for a lock', fresh('http-status'), { [lock]: '404' }, below],
  ['status-not-found', 'answers 404 for a status', 'http-status', { [status]: '404' }],
  [
    'newer-root-forbidden',
    'is a bucket that answers 403 for the root that there is not yet',
    'accepted',
    { 'metadata/3.root.json': '403' },
    { remembers: 'all' },
  ],
]);
