/** Approvals that were signed, but not for what they are shown for. */
import { canonicalJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import type { ApprovalStatement } from '../../schemas/types.ts';
import type { Change } from '../support/published.ts';
import { aLock, aManifest, signed } from '../support/statements.ts';
import { control, name, noon, registry, type Attack, type Edit, type Entry } from './define.ts';
import { approvalSays, entrySays, other, servers, serverSays, statusSays } from './says.ts';
import type { Files } from './vector.ts';

const withSubject = (change: (subject: ApprovalStatement['subject']) => unknown[]): Change => ({
  approval: (s) => ({ ...s, subject: change(s.subject) }),
});

/** An approval of an endpoint, which has no artefact. */
function asRemote({ predicate, ...statement }: ApprovalStatement): { subject: ApprovalStatement['subject'] } {
  const { artefact: _, ...server } = predicate.server;
  const remote = { url: 'https://mcp.example.com', transport: 'sse' };
  return {
    ...statement,
    subject: statement.subject.slice(1),
    ...{ predicate: { ...predicate, server: { ...server, remote } } },
  };
}

const fiveMinutesAhead: Change = {
  ...approvalSays({ approvedAt: '2026-06-01T12:05:00Z' }),
  ...entrySays({ approvedAt: '2026-06-01T12:05:00Z' }),
};

const currentVersions = servers([
  [
    'approval-of-another-kind',
    'has a status signed and serves it as an approval',
    'E_PREDICATE',
    { approval: (s) => ({ ...s, predicateType: 'urn:countersign:status:v1' }) },
  ],
  [
    'approval-without-a-kind',
    'has a statement signed that says of no kind',
    'E_PREDICATE',
    { approval: (s) => ({ ...s, predicateType: undefined }) },
  ],
  [
    'approval-of-another-statement-type',
    'has an older in-toto statement signed',
    'E_FORMAT',
    { approval: (s) => ({ ...s, _type: 'https://in-toto.io/Statement/v0.1' }) },
  ],
  ['approval-that-is-a-list', 'has a list signed', 'E_PREDICATE', { approval: (s) => [s] }],
  ['approval-that-is-a-text', 'has a text signed', 'E_PREDICATE', { approval: () => 'approved' }],
  ['approval-that-is-nothing', 'has null signed', 'E_PREDICATE', { approval: () => null }],
  [
    'approval-that-says-more',
    'has a field signed that no approval has',
    'E_FORMAT',
    approvalSays({ extra: true } as never),
  ],
  [
    'approval-of-an-unknown-version',
    'has an approval signed of a version that this program does not know',
    'E_SCHEMA_VERSION',
    approvalSays({ schemaVersion: 2 } as never),
  ],
  [
    'approval-that-is-none',
    'has a refusal signed, and serves it as an approval',
    'E_FORMAT',
    approvalSays({ decision: 'refused' } as never),
  ],
  [
    'approval-of-another-server',
    "serves another server's approval under this name",
    'E_NAME',
    serverSays({ name: 'other' }),
  ],
  [
    'approval-of-another-version',
    "serves another version's approval under this one",
    'E_VERSION',
    serverSays({ version: '1.3.0' }),
  ],
  [
    'approval-of-another-registry',
    "serves another registry's approval",
    'E_REGISTRY',
    approvalSays({ registry: 'mcp.other.com' }),
  ],
  [
    'approval-of-development',
    'serves an approval that was signed for development',
    'E_ENVIRONMENT',
    approvalSays({ environment: 'development' }),
  ],
  [
    'approval-with-swapped-subjects',
    'swaps the digests of the manifest and the lock',
    'E_SUBJECT',
    withSubject(([a, m, l]) => [a, { ...m, digest: l?.digest }, { ...l, digest: m?.digest }]),
  ],
  [
    'approval-of-another-artefact',
    'approves the right name of an artefact by another digest',
    'E_SUBJECT',
    withSubject(([a, ...more]) => [{ ...a, digest: { sha256: other } }, ...more]),
  ],
  [
    'approval-of-an-artefact-by-another-name',
    'approves the right digest of an artefact by another name',
    'E_SUBJECT',
    withSubject(([a, ...more]) => [{ ...a, name: 'pkg:npm/left-pad@1.0.0' }, ...more]),
  ],
  [
    'approval-of-a-manifest-by-another-name',
    'approves the right digest of a manifest by another name',
    'E_SUBJECT',
    withSubject(([a, m, l]) => [a, { ...m, name: 'servers/other.yaml' }, l]),
  ],
  [
    'approval-of-a-lock-by-another-name',
    'approves the right digest of a lock by another name',
    'E_SUBJECT',
    withSubject(([a, m, l]) => [a, m, { ...l, name: 'servers/other.lock.json' }]),
  ],
  ['approval-without-a-lock', 'approves no lock', 'E_SUBJECT', withSubject(([a, m]) => [a, m])],
  [
    'approval-of-two-locks',
    'approves two locks, one of its own',
    'E_SUBJECT',
    {
      approval: (s) => {
        const { subject, ...remote } = asRemote(s);
        return { ...remote, subject: [...subject, { ...subject[1], digest: { sha256: other } }] };
      },
    },
  ],
  [
    'approval-of-no-exact-artefact',
    'approves whatever a name stands for',
    'E_SUBJECT',
    serverSays({ artefact: { ...aManifest().artefact, url: 'npm:x@latest' } }),
  ],
  [
    'approval-not-yet-given',
    'serves an approval from the future',
    'E_CLOCK',
    { ...approvalSays({ approvedAt: '2026-06-01T12:05:01Z' }), ...entrySays({ approvedAt: '2026-06-01T12:05:01Z' }) },
  ],
  [
    'approval-from-a-clock-five-minutes-ahead',
    'serves an approval from a clock that is as far ahead as may be',
    'accepted',
    fiveMinutesAhead,
    { honest: registry(20, fiveMinutesAhead) },
  ],
  [
    'approval-expired',
    'goes on serving an approval that expired at this very second',
    'E_EXPIRED',
    { ...approvalSays({ validUntil: noon }), ...entrySays({ validUntil: noon }) },
  ],
  [
    'approval-for-others',
    'serves a server that is for others to those whom it is not for',
    'E_AUDIENCE',
    { manifest: { audience: ['finance'] } },
    { trust: { groups: ['sales'] } },
  ],
  [
    'approval-for-others-to-nobody',
    'serves a server that is for others to a device of no group',
    'E_AUDIENCE',
    { manifest: { audience: ['finance'] } },
  ],
  [
    'approval-for-this-group',
    'serves a server to those whom it is for',
    'accepted',
    { manifest: { audience: ['finance'] } },
    { trust: { groups: ['sales', 'finance'] } },
  ],
  ['approval-of-a-remote-endpoint', 'serves an endpoint where a program is expected', 'E_LOCK', { approval: asRemote }],
]);

/** The registry has an older version too, whose approval is a file of its own; `edit` changes those files. */
function withOlder(
  change: Change = {},
  more: Partial<Entry> = {},
  edit: Edit = () => undefined,
  day: 20 | 30 = 20,
): Files {
  const lock = canonicalJson(aLock({ version: '1.1.0' }));
  let approval = Buffer.alloc(0);
  const older: Change = {
    approval: (s) => {
      const { server } = s.predicate;
      const subject = [...s.subject.slice(0, 2), { ...s.subject[2], digest: { sha256: sha256(lock) } }];
      const predicate = { ...s.predicate, sequence: 2, server: { ...server, version: '1.1.0' } };
      approval = Buffer.from(signed({ ...s, subject, predicate }));
      return s;
    },
    record: (r) => {
      const changed = { version: '1.1.0', sequence: 2, bundle: sha256(approval), lock: sha256(lock), ...more };
      return { ...r, versions: r.versions.flatMap((entry) => [entry, { ...entry, ...changed }]) };
    },
  };
  return registry(day, { ...older, ...change }, (files) => {
    files.set(`locks/${sha256(lock)}.json`, lock);
    files.set(`approvals/${sha256(approval)}.json`, approval);
    edit(files);
  });
}

const approvalsIn = (files: ReadonlyMap<string, Uint8Array>): string[] =>
  [...files.keys()].filter((path) => path.startsWith('approvals/'));
const [current = ''] = approvalsIn(control);

const olderVersions: Attack[] = (
  [
    ['older-version', 'shows an older version to somebody who asks for it', 'accepted', withOlder()],
    [
      'older-version-below-the-oldest',
      'shows an older version that may no longer run',
      'E_REVOKED',
      withOlder(statusSays({ oldest: [{ name, version: '1.2.0', sequence: 3 }] })),
    ],
    [
      'older-version-of-other-bytes',
      "serves the current approval under the digest of the older one's",
      'E_DIGEST',
      withOlder({}, {}, (files) => {
        for (const path of approvalsIn(files)) files.set(path, files.get(current) ?? Buffer.alloc(0));
      }),
    ],
    [
      'older-version-by-the-current-approval',
      'names the current approval for an older version, in the record',
      'E_VERSION',
      withOlder({}, { bundle: current.slice('approvals/'.length, -'.json'.length) }),
    ],
    [
      'older-version-that-is-not-there',
      'has somebody ask for a version that was never approved',
      'E_NOT_APPROVED',
      control,
    ],
  ] as const
).map(([is, attack, outcome, serves]) => ({
  is,
  attack,
  outcome,
  version: '1.1.0',
  remembers: 'all',
  serves,
  honest: withOlder(),
  after: withOlder({}, {}, () => undefined, 30),
  ...(is === 'older-version-of-other-bytes' && { afterwards: { silent: 'network' } }),
}));

export const approvalAttacks: readonly Attack[] = [...currentVersions, ...olderVersions];
