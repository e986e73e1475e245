/** Attacks on the host itself: its clock, its trust config and its cache. */
import { aRootFile } from '../support/metadata.ts';
import { testKey, type TestKey } from '../support/statements.ts';
import {
  control,
  cachedTimestamp,
  name,
  noon,
  recordBin,
  registry,
  sawControl,
  signedAs,
  visitedAt,
  type Attack,
} from './define.ts';
import { approvalSays, entrySays } from './says.ts';
import type { Change } from '../support/published.ts';
import type { Files } from './vector.ts';

const silent = { '*': 'a closed connection' } as const;
const revokes: Change = {
  status: (s) => ({
    ...s,
    predicate: {
      ...s.predicate,
      revoked: [{ name, versions: '*', state: 'revoked', since: '2026-06-01', reason: 'leaks rows' }],
    },
  }),
};

/** A timestamp that was signed before anything else: its own time says nothing then. */
const signedLongAgo = { expires: { timestamp: '2026-06-03T18:00:00Z' } } as const;
const approvedAt = (moment: string): Change => ({
  ...approvalSays({ approvedAt: moment }),
  ...entrySays({ approvedAt: moment }),
});

const clocks: Attack[] = [
  {
    is: 'clock-behind-the-trust-config',
    attack: 'sets the clock back to before the trust config was exported, and serves what held then',
    outcome: { fresh: 'E_CLOCK' },
    now: '2026-06-01T11:54:59Z',
    trust: { exportedAt: noon },
    control: { now: noon },
    afterwards: { silent: 'E_CLOCK' },
  },
  {
    is: 'clock-five-minutes-behind-the-trust-config',
    attack: 'has a clock that is as far behind the trust config as may be',
    outcome: { fresh: 'accepted' },
    now: '2026-06-01T11:55:00Z',
    trust: { exportedAt: noon },
    control: { now: noon },
  },
  ...(
    [
      ['a-status', 'a status', '2026-05-31T23:54:59Z', registry(20, signedAs(signedLongAgo))],
      ['a-timestamp', 'a timestamp', '2026-06-01T11:39:59Z', registry(20)],
      [
        'an-approval',
        'an approval',
        '2026-06-01T11:24:59Z',
        registry(20, { ...approvedAt('2026-06-01T11:30:00Z'), ...signedAs(signedLongAgo) }),
      ],
    ] as const
  ).map(([is, what, now, seen]): Attack => ({
    is: `clock-behind-${is}-that-was-seen`,
    attack: `sets the clock back behind ${what} that the host saw, and serves what was valid then`,
    outcome: { visited: 'E_CLOCK' },
    seen,
    now,
    serves: registry(20, {
      ...signedAs({ ...signedLongAgo, versions: { snapshot: 21, bins: 21, timestamp: 21 } }),
      status: (s) => ({ ...s, predicate: { ...s.predicate, sequence: 21, issuedAt: '2026-05-31T22:00:00Z' } }),
    }),
    honest: registry(20, signedAs({ versions: { snapshot: 21, bins: 21, timestamp: 21 } })),
    control: { now: noon },
    afterwards: { silent: 'E_CLOCK' },
  })),
  {
    is: 'clock-behind-the-last-answer',
    attack: 'sets the clock back so that the cache never grows old, and falls silent',
    outcome: { visited: 'E_CLOCK' },
    seen: registry(10, signedAs(signedLongAgo)),
    now: '2026-06-01T11:39:59Z',
    answers: silent,
    remembers: 'nothing',
    control: { now: noon },
    afterwards: { silent: 'E_CLOCK' },
  },
  {
    is: 'clock-five-minutes-behind-the-last-answer',
    attack: 'has a clock that was set back as far as may be, and falls silent',
    outcome: { visited: 'accepted' },
    now: '2026-06-01T11:40:00Z',
    answers: silent,
    remembers: 'nothing',
    control: { now: noon },
  },
  {
    is: 'clock-set-back-to-hide-a-revocation',
    attack: 'sets the clock back so that the cache looks young, though the registry revoked the server',
    outcome: { visited: 'E_REVOKED' },
    now: '2026-06-01T11:44:00Z',
    remembers: 'all',
    serves: registry(20, revokes),
    afterwards: { silent: 'E_REVOKED' },
  },
  {
    is: 'young-cache-is-believed',
    attack: 'serves what nobody signed just after the host was there',
    outcome: { visited: 'accepted' },
    now: visitedAt,
    remembers: 'nothing',
    answers: { '*': 'a page of a captive portal' },
    control: { now: noon },
  },
  {
    is: 'cache-of-just-under-a-quarter-of-an-hour',
    attack: 'serves what nobody signed one second before the host asks again',
    outcome: { visited: 'accepted' },
    now: '2026-06-01T11:59:59Z',
    remembers: 'nothing',
    answers: { '*': 'a page of a captive portal' },
    control: { now: noon },
  },
];

const own = (keys: readonly TestKey[]): Attack['trust'] => ({
  root: aRootFile({ keys: { root: keys }, signers: { root: [...keys].slice(0, 2) } }),
});
const edited = aRootFile();
const forgedRoot = { ...edited, signed: { ...edited.signed, expires: '2036-01-01T00:00:00Z' } };

const configs: Attack[] = [
  {
    is: 'trust-config-edited',
    attack: 'writes another expiry into the root of the trust config',
    outcome: { fresh: 'E_SIGNATURE' },
    trust: { root: forgedRoot },
    control: { trust: {} },
  },
  {
    is: 'trust-config-cut-short',
    attack: 'takes a signature from the root of the trust config',
    outcome: { fresh: 'E_THRESHOLD' },
    trust: { root: { ...edited, signatures: edited.signatures.slice(0, 1) } },
    control: { trust: {} },
  },
  {
    is: 'trust-config-of-others',
    attack: 'serves its own registry to hosts that trust another root',
    outcome: { fresh: 'E_THRESHOLD' },
    trust: own([testKey(17), testKey(18), testKey(19)]) ?? {},
    control: { trust: {} },
  },
  {
    is: 'trust-config-of-an-unknown-version',
    attack: 'deploys a trust config of a version that this program does not know',
    outcome: { fresh: 'E_SCHEMA_VERSION' },
    trust: { schemaVersion: 2 as never },
    control: { trust: {} },
  },
  {
    is: 'trust-config-with-a-field-more',
    attack: 'adds a field to the trust config that no trust config has',
    outcome: { fresh: 'E_FORMAT' },
    trust: { insecure: true } as never,
    control: { trust: {} },
  },
  {
    is: 'trust-config-without-encryption',
    attack: 'deploys an address without encryption',
    outcome: { fresh: 'E_TRUST_CONFIG' },
    url: 'http://mcp.invalid',
  },
  {
    is: 'trust-config-with-no-address',
    attack: 'deploys an address that is none',
    outcome: { fresh: 'E_TRUST_CONFIG' },
    url: 'https://mcp.invalid:99999',
  },
  {
    is: 'address-that-nobody-has',
    attack: 'takes the name of the registry out of the world',
    outcome: { fresh: 'network', visited: 'accepted' },
    url: 'https://mcp.invalid',
    remembers: 'nothing',
  },
  {
    is: 'another-registry-under-this-trust',
    attack: 'serves a registry of another id under the same root',
    outcome: { fresh: 'E_REGISTRY' },
    trust: { registry: { id: 'mcp.other.com', environment: 'production' } as never },
    control: { trust: {} },
  },
  {
    is: 'production-under-development-trust',
    attack: 'serves a production registry to hosts that trust one of development',
    outcome: { fresh: 'E_ENVIRONMENT' },
    trust: { registry: { id: 'mcp.example.com', environment: 'development' } as never },
    control: { trust: {} },
  },
];
const development: Change = {
  keyring: { environment: 'development' },
  approval: (s) => ({ ...s, predicate: { ...s.predicate, environment: 'development' } }),
  status: (s) => ({ ...s, predicate: { ...s.predicate, environment: 'development' } }),
};
const developmentTrust = { registry: { id: 'mcp.example.com', environment: 'development' } } as never;
configs.push({
  is: 'development-key-away-from-this-machine',
  attack: 'deploys a trust config for a development key on another machine',
  outcome: { fresh: 'E_TRUST_CONFIG' },
  trust: developmentTrust,
  url: 'https://mcp.invalid',
  serves: registry(20, development),
  honest: registry(20, development),
  after: registry(30, development),
});

const minimums: Attack[] = (
  [
    ['root', 3],
    ['targets', 3],
  ] as const
).map(([role, version]) => ({
  is: `minimum-${role}`,
  attack: `serves the ${role} of before to a host that has seen none yet, but was told of a newer one`,
  outcome: { fresh: 'E_ROLLBACK' },
  trust: { minimum: { [role]: version } },
  honest: registry(20, signedAs({ versions: { [role]: version } }), (files) => withRootTwo(files)),
  after: registry(30, signedAs({ versions: { [role]: version } }), (files) => withRootTwo(files)),
}));

/** The third root comes after the second. */
function withRootTwo(files: Map<string, Uint8Array>): void {
  for (const [path, bytes] of control) if (path === 'metadata/2.root.json') files.set(path, bytes);
}

const cached = (part: string, files: Files = control): string => {
  const path = [...files.keys()].find((each) => each.includes(part)) ?? '';
  return `files/${/[0-9a-f]{64}/u.exec(path)?.[0] ?? ''}`;
};
const asItWas = { now: noon } as const;

const disks: Attack[] = [
  {
    is: 'seen-is-a-file',
    attack: 'puts a file where the host remembers what it saw',
    outcome: { visited: 'E_STATE' },
    damage: [{ path: 'seen', becomes: 'a file' }],
    afterwards: { silent: 'E_STATE', honest: 'E_STATE' },
  },
  ...(
    [
      ['record', 'targets/servers/'],
      ['status', '.status.json'],
      ['keyring', '.keyring.json'],
      ['lock', 'locks/'],
    ] as const
  ).map(([what, part]): Attack => ({
    is: `cached-${what}-cut-short`,
    attack: `cuts the ${what} short that the host cached`,
    outcome: { visited: 'E_DIGEST' },
    steps: sawControl,
    damage: [{ path: cached(part), becomes: 'half' }],
    ...asItWas,
    afterwards: {
      silent: 'E_DIGEST',
      honest: what === 'status' ? 'accepted' : 'E_DIGEST',
    },
  })),
  ...(
    [
      ['timestamp', cachedTimestamp(20)],
      ['snapshot', 'metadata/20.snapshot.json'],
      ['targets', 'metadata/2.targets.json'],
      ['root', 'metadata/2.root.json'],
      ['bin', `metadata/20.${recordBin}.json`],
    ] as const
  ).flatMap(([what, path]): Attack[] => [
    {
      is: `cached-${what}-is-fetched-again`,
      attack: `cuts the ${what} short that the host cached`,
      outcome: { visited: 'accepted' },
      steps: sawControl,
      damage: [{ path, becomes: 'half' }],
    },
    {
      is: `cached-${what}-cut-short-and-silence`,
      attack: `cuts the ${what} short that the host cached, and falls silent`,
      outcome: { visited: what === 'snapshot' ? 'E_DIGEST' : 'E_FORMAT' },
      steps: sawControl,
      damage: [{ path, becomes: 'half' }],
      answers: silent,
      afterwards: { silent: what === 'snapshot' ? 'E_DIGEST' : 'E_FORMAT' },
    },
  ]),
  {
    is: 'cached-timestamp-grown-and-silence',
    attack: 'lets the cached timestamp grow beyond every limit, and falls silent',
    outcome: { visited: 'E_TOO_LARGE' },
    steps: sawControl,
    damage: [{ path: cachedTimestamp(20), becomes: 'padded' }],
    answers: silent,
    afterwards: { silent: 'E_TOO_LARGE' },
  },
  {
    is: 'registry-moved-on',
    attack: 'moved on since the host was there, and is no attacker',
    outcome: { visited: 'accepted' },
    now: '2026-06-01T11:50:00Z',
    damage: [{ path: `metadata/10.${recordBin}.json`, becomes: 'deleted' }],
    control: { now: noon },
  },
  {
    is: 'registry-moved-on-and-a-bin-is-forged',
    attack: 'serves a forged bin to a host that was there, in the hope that it looks elsewhere',
    outcome: { visited: 'E_FORMAT' },
    now: '2026-06-01T11:50:00Z',
    damage: [{ path: `metadata/10.${recordBin}.json`, becomes: 'deleted' }],
    answers: { [`metadata/10.${recordBin}.json`]: 'a page of a captive portal' },
    afterwards: { silent: 'network' },
  },
  {
    is: 'cache-deleted-and-silence',
    attack: 'deletes the cache of the host, and falls silent',
    outcome: { visited: 'network' },
    steps: sawControl,
    damage: [{ path: 'metadata', becomes: 'deleted' }],
    answers: silent,
    afterwards: { silent: 'network' },
  },
];

export const hostAttacks: readonly Attack[] = [...clocks, ...configs, ...minimums, ...disks];
