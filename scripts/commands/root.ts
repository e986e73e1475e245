import type { Command } from 'commander';
import { UsageError } from '../../core/failure.ts';
import { keyIdOf } from '../../core/metadata.ts';
import type { Keyring } from '../../schemas/types.ts';
import {
  begin,
  conclude as concludeCeremony,
  currentHolders,
  progressOf,
  proposeRoot,
  signProposals,
  type HoldersByRole,
} from '../../signer/ceremony/ceremony.ts';
import type { Holders } from '../../signer/metadata/role.ts';
import { readRegistryFiles } from '../../catalog/registry-files.ts';
import { checkProposals, proposedChanges } from '../../signer/ceremony/proposal.ts';
import { ceremonyLines, ceremonyState, proposalLines } from '../report/ceremony-lines.ts';
import { approvalKey, keyStart } from '../../signer/ceremony/keyring-file.ts';
import { readTrustFolder, type TrustFolder } from '../../signer/ceremony/trust-folder.ts';
import { say } from '../../host/output.ts';
import { askYes } from '../terminal.ts';
import { conclude, here, withJson } from './common.ts';
import {
  checkProduction,
  firstCommit,
  readNamed,
  withKey,
  withSecret,
  type KeyOptions,
  type Named,
} from './key-options.ts';
import { settle, withNames } from './settle.ts';

const roles = ['root', 'targets', 'snapshot', 'timestamp'] as const;
type RoleName = (typeof roles)[number];

interface InitOptions extends KeyOptions {
  readonly root: readonly string[];
  readonly targets?: readonly string[];
  readonly snapshot: string;
  readonly timestamp: string;
  readonly approval: string;
  readonly threshold: number;
}

interface RotateOptions extends KeyOptions {
  readonly role: RoleName;
  readonly add: readonly string[];
  readonly remove: readonly string[];
  readonly threshold?: number;
}

interface SignOptions extends KeyOptions {
  readonly key: string;
  readonly yes?: true;
}

/** `registry root`: who holds the keys, decided by those who hold them. */
export function root(program: Command): void {
  const group = program.command('root').description('the offline keys: who holds them, and what they sign');

  withSecret(withJson(group.command('init')))
    .description('propose the first root, with the first keyring')
    .requiredOption('--root <name=key...>', 'who holds a root key: a file with a public key, or a key address')
    .option('--targets <name=key...>', 'who holds a key for the keyring; the same people if left out')
    .requiredOption('--snapshot <name=key>', 'the online key that signs bins and snapshots')
    .requiredOption('--timestamp <name=key>', 'the other online key, which signs timestamps')
    .requiredOption('--approval <name=key>', 'the first key that approves servers')
    .option('--threshold <number>', 'how many of the holders must sign', parseThreshold, 2)
    .action(async (options: InitOptions) => {
      const [folder, registry] = [await readTrustFolder(here()), await registryId()];
      const holders = await Promise.all(options.root.map((text) => readNamed(text, options)));
      const keyringHolders =
        options.targets === undefined
          ? holders
          : await Promise.all(options.targets.map((text) => readNamed(text, options)));
      const [snapshot, timestamp, approval] = [
        await readNamed(options.snapshot, options),
        await readNamed(options.timestamp, options),
        await readNamed(options.approval, options),
      ];
      const now = new Date();
      const keyring: Keyring = {
        schemaVersion: 1,
        registry,
        environment: 'production',
        keys: [approvalKey(approval.spki, keyStart(await firstCommit(here()), now))],
      };
      const ceremony = begin(
        folder.ceremony,
        {
          root: heldBy(holders, options.threshold),
          targets: heldBy(keyringHolders, options.threshold),
          snapshot: heldBy([snapshot], 1),
          timestamp: heldBy([timestamp], 1),
        },
        keyring,
        now,
      );
      const all = [...holders, ...keyringHolders, snapshot, timestamp, approval];
      await settle({ ...folder, ceremony, names: withNames(folder.names, all) }, options.json, now);
    });

  withSecret(withJson(group.command('rotate')))
    .description('propose a root with other keys, or the same one for another year')
    .option('--role <role>', `whose keys change: ${roles.join(', ')}`, parseRole, 'root')
    .option('--add <name=key...>', 'keys that come', [])
    .option('--remove <name...>', 'names of those whose keys go', [])
    .option('--threshold <number>', 'how many of them must sign from then on', parseThreshold)
    .action(async (options: RotateOptions) => {
      const folder = await readTrustFolder(here());
      const { role, add, remove, threshold } = options;
      const before = (folder.ceremony.proposedRoot ?? folder.ceremony.root)?.signed;
      if (before === undefined) throw new UsageError('there is no root yet', 'begin with `registry root init`');
      const added = await Promise.all(add.map((text) => readNamed(text, options)));
      const holders = currentHolders(before);
      const gone = new Set(remove.map((name) => keyidOf(folder, holders[role], name)));
      const kept = holders[role].keys.filter((key) => !gone.has(keyIdOf(key)));
      const changed: HoldersByRole = {
        ...holders,
        [role]: { keys: [...kept, ...added.map(({ key }) => key)], threshold: threshold ?? holders[role].threshold },
      };
      checkThreshold(changed[role]);
      const now = new Date();
      const ceremony = proposeRoot(folder.ceremony, changed, now);
      await settle({ ...folder, ceremony, names: withNames(folder.names, added) }, options.json, now);
    });

  withSecret(withJson(group.command('sign')))
    .description('sign what is proposed, with a key of your own')
    .requiredOption('--key <address>', 'your key: pkcs11:…, awskms:///… or pkcs8:<file>')
    .option('--yes', 'do not ask')
    .action(async (options: SignOptions) => {
      checkProduction(options.key);
      const folder = await readTrustFolder(here());
      const now = new Date();
      if (progressOf(folder.ceremony).length === 0)
        return conclude(options.json, [], { signed: [], ...ceremonyState(folder, now) }, ['nothing is proposed']);
      const proposals = checkProposals(folder.ceremony, await registryId(), now, folder.launchers);
      const proposed = proposalLines(proposedChanges(proposals), folder.names);
      if (!options.json) say(...ceremonyLines(ceremonyState(folder, now)), '', 'you sign:', ...proposed, '');
      if (options.yes !== true && !(await askYes('sign what is proposed?', '--yes')))
        throw new UsageError('nothing was signed', 'run the command again when all of it is as it should be');
      const { state, signed } = await withKey(options.key, options, (key) => signProposals(proposals, key));
      if (signed.length === 0)
        throw new UsageError(
          'this key signs nothing of what is proposed',
          '`registry root status` names the keys that do',
        );
      await settle({ ...folder, ceremony: concludeCeremony(state) }, options.json, now, signed);
    });

  withJson(group.command('status'))
    .description('say what is valid, what is proposed, who has signed, and what to run next')
    .action(async ({ json }: KeyOptions) => {
      const [folder, now] = [await readTrustFolder(here()), new Date()];
      const state = ceremonyState(folder, now);
      if (state.proposals.length === 0) return conclude(json, [], { ...state }, ceremonyLines(state));
      const changes = proposedChanges(checkProposals(folder.ceremony, await registryId(), now, folder.launchers));
      conclude(json, [], { ...state, changes }, [
        ...ceremonyLines(state),
        '',
        'proposed:',
        ...proposalLines(changes, folder.names),
      ]);
    });
}

async function registryId(): Promise<string> {
  const { registry } = await readRegistryFiles(here());
  if (registry === undefined) throw new UsageError('registry.yaml cannot be used', 'run `registry validate`');
  return registry.value.id;
}

function heldBy(holders: readonly Named[], threshold: number): Holders {
  const made = { keys: holders.map(({ key }) => key), threshold };
  checkThreshold(made);
  return made;
}

function checkThreshold({ keys, threshold }: Holders): void {
  if (new Set(keys.map(keyIdOf)).size < keys.length)
    throw new UsageError('one key is named twice', 'give everybody a key of their own');
  if (threshold > keys.length || keys.length === 0)
    throw new UsageError(
      `${threshold} of ${keys.length} keys can never sign`,
      'name more holders, or a lower --threshold',
    );
}

function keyidOf({ names }: TrustFolder, { keys }: Holders, name: string): string {
  const found = keys
    .map(keyIdOf)
    .find((keyid) => names.get(keyid) === name || (name.length >= 8 && keyid.startsWith(name)));
  if (found !== undefined) return found;
  throw new UsageError(
    `${name} holds no key of this role`,
    `name one of ${keys.map((key) => names.get(keyIdOf(key)) ?? keyIdOf(key)).join(', ')}`,
  );
}

function parseThreshold(text: string): number {
  if (/^[1-9][0-9]?$/u.test(text)) return Number(text);
  throw new UsageError(`${text} is no threshold`, 'give a number such as 2');
}

function parseRole(text: string): RoleName {
  const role = roles.find((each) => each === text);
  if (role !== undefined) return role;
  throw new UsageError(`there is no role ${text}`, `it is one of ${roles.join(', ')}`);
}
