import { endingOf, type Ending } from '../../core/exit.ts';
import type { CommandSpec } from '../command-line.ts';
import { columns, print } from '../output.ts';
import type { RegistryState } from '../trust/registry-state.ts';
import type { Trust } from '../trust/trust-config.ts';
import host from '../package.json' with { type: 'json' };
import type { LauncherState } from '../update/standing.ts';
import { open } from './common.ts';

/** `countersign status`: what is trusted, how fresh that is, until when it works offline, and what is wrong. */
export const status: CommandSpec = {
  name: 'status',
  words: '',
  description: 'say what is trusted, how fresh it is, until when it works offline, and what is wrong',
  count: [0, 0],
  run: async ({ options }) => {
    const { trust, path, servers } = await open(options);
    const { registry, exportedAt } = trust.config;
    const groups = [...trust.groups()];
    const facts: [string, string][] = [
      ['trusts', `${registry.id}, for ${registry.environment}, at ${registry.url}`],
      ['because of', `${path}, exported ${exportedAt}`],
      ['groups', groups.length === 0 ? 'none' : groups.join(', ')],
      ...[...trust.pins].map(([name, version]): [string, string] => ['pinned', `${name} ${version}`]),
    ];
    const base = { schemaVersion: 1, config: path, registry, exportedAt, groups, pins: trust.config.pins ?? {} };
    let state: State | undefined;
    let words: [string, string][] = [];
    let ending: Ending | undefined;
    try {
      const refreshed = await (options.refresh === true ? servers.registry.refresh() : servers.registry.state());
      const { launcherState, launcherWords } = await import('../update/on-demand.ts');
      const launcher = launcherState(refreshed, host.version);
      state = { ...stateOf(refreshed, trust), launcher };
      words = [...inWords(state, refreshed), ['launcher', launcherWords(launcher)]];
      // What is cached is still valid, but it is not the newest, which was asked for.
      if (options.refresh === true && refreshed.silence !== undefined) ending = endingOf(refreshed.silence, new Date());
    } catch (error) {
      ending = endingOf(error, new Date());
    }
    const problem = ending === undefined ? null : { code: ending.code, message: ending.message, remedy: ending.remedy };
    const verdict: [string, string][] =
      problem === null
        ? [['wrong', 'nothing']]
        : [
            ['wrong', `${problem.message} (${problem.code})`],
            ['to do', problem.remedy],
          ];
    print(options.json, { ...base, ...state, problem }, columns([...facts, ...words, ...verdict]));
    if (ending !== undefined) process.exitCode = ending.exitCode;
  },
};

interface State {
  readonly heardAt: string;
  readonly freshUntil: string;
  readonly offlineUntil: string;
  readonly versions: Readonly<Record<'root' | 'targets' | 'snapshot' | 'timestamp' | 'status', number>>;
  readonly expires: Readonly<Record<'root' | 'targets' | 'snapshot' | 'timestamp' | 'status', string>>;
  readonly revocations: number;
  readonly keys: readonly { readonly hint: string; readonly counts: string }[];
  /** This program, and the version of it that is published. */
  readonly launcher: LauncherState;
}

function stateOf(
  { chain, keyring, status: signed, at }: RegistryState,
  { refreshAfterMs }: Trust,
): Omit<State, 'launcher'> {
  const { root, targets, snapshot, timestamp } = chain;
  const expires = {
    root: root.expires,
    targets: targets.expires,
    snapshot: snapshot.expires,
    timestamp: timestamp.expires,
    status: signed.expiresAt,
  };
  return {
    heardAt: at.toISOString(),
    freshUntil: new Date(at.getTime() + refreshAfterMs).toISOString(),
    // Timestamps of one form, in UTC: the first of them is the lowest text.
    offlineUntil: Object.values(expires).sort()[0] ?? '',
    versions: {
      root: root.version,
      targets: targets.version,
      snapshot: snapshot.version,
      timestamp: timestamp.version,
      status: signed.sequence,
    },
    expires,
    revocations: signed.revoked.length,
    keys: [...keyring.keys.values()].map(({ hint, validFrom, validUntil, revoked }) => ({
      hint,
      counts:
        revoked === undefined
          ? `from ${validFrom.toISOString()} ${validUntil === undefined ? 'on' : `until ${validUntil.toISOString()}`}`
          : `no longer: revoked ${revoked.since} (${JSON.stringify(revoked.reason)}), ${revoked.stillCount.size} approvals are still valid`,
    })),
  };
}

const inWords = (state: Omit<State, 'launcher'>, { fetched }: RegistryState): [string, string][] => [
  [
    'refreshed',
    `${state.heardAt}${fetched ? ', just now' : ''}; the registry is asked again after ${state.freshUntil}`,
  ],
  ['offline', `works without the registry until ${state.offlineUntil}, or as long as a server's approval allows`],
  ...(['root', 'targets', 'snapshot', 'timestamp', 'status'] as const).map((role): [string, string] => [
    role,
    `version ${state.versions[role]}, until ${state.expires[role]}`,
  ]),
  ['revoked', state.revocations === 0 ? 'nothing' : `${state.revocations} entries`],
  ...state.keys.map(({ hint, counts }): [string, string] => ['key', `${hint} is valid ${counts}`]),
];
