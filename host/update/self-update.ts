/** Puts the published version of this program in the place of the one that runs: proved first, switched to last. */
import { satisfies } from 'semver';
import { keychainPackage, openLauncher, type Launcher, type PublishedLauncher } from '../../artefacts/launcher.ts';
import { asDiskFailure } from '../../core/disk.ts';
import { Failure } from '../../core/failure.ts';
import { updateLockMs } from '../../core/limits.ts';
import { launcherPath } from '../../core/metadata.ts';
import { checkPrivatePath } from '../../core/private.ts';
import { Refusal } from '../../core/refusal.ts';
import { takeLock, type Lock } from '../process-lock.ts';
import { checkStarts } from './checked-start.ts';
import { keepKeychain, keychainOf, type Keychain } from './keychain.ts';
import { commandIn } from './place.ts';
import { putBeside } from './put-beside.ts';
import { switchLink } from './switch-link.ts';

export interface Task {
  /** What offline keys signed. */
  readonly published: PublishedLauncher;
  /** Fetches its bytes and proves them. */
  readonly fetch: () => Promise<Uint8Array>;
  /** Where versions lie. */
  readonly root: string;
  /** The folder of the version that runs, if it is one of them. */
  readonly folder?: string;
  /** What is to lead to the new version; nothing is switched where it is absent. */
  readonly link?: string;
  readonly now: () => Date;
  /** Writes down what is about to be done. What it throws ends the update before anything is switched. */
  readonly audit: (message: string) => void;
}

export interface Updated {
  readonly folder: string;
  readonly keychain: Keychain;
}

/**
 * The bytes are proved by `fetch`; here, what is in them. The version before stays: servers that run read further parts of
 * it, and the link leads to it until the last step.
 * @throws Refusal E_ARCHIVE, E_NAME, E_VERSION, E_TREE, E_STORE and what `fetch` throws; Failure `update-running`, `old-node`,
 *   `does-not-start`, `not-writable`, `disk-full` and others
 */
export async function selfUpdate(task: Task): Promise<Updated> {
  const { published, root, folder: before, link, now } = task;
  checkOwn(root);
  const lock = lockIn(root, now());
  try {
    const launcher = openPublished(await task.fetch(), published);
    lock.renew(now());
    const folder = await putBeside(root, launcher, {
      more: async (staged) => {
        if (before !== undefined) await keepKeychain(before, staged, launcher);
      },
      checkStarts: (program) => checkStarts(program, launcher.version),
    });
    task.audit(`countersign ${published.version}, SHA-256 ${published.sha256}, in ${folder}`);
    if (link !== undefined) await switchLink(link, commandIn(folder));
    return { folder, keychain: keychainOf(before, folder, launcher) };
  } catch (error) {
    throw forAdministrator(asDiskFailure(error, root));
  } finally {
    lock.release();
  }
}

/** @throws Refusal E_VERSION and what `openLauncher` throws; Failure `old-node` */
function openPublished(bytes: Uint8Array, { version }: PublishedLauncher): Launcher {
  const launcher = openLauncher(bytes, launcherPath);
  if (launcher.version !== version)
    throw new Refusal(
      'E_VERSION',
      `${launcherPath} is countersign ${launcher.version}, and ${version} was signed`,
      'do not use it: tell the operator of the registry',
    );
  if (!satisfies(process.version, launcher.node, { includePrerelease: true }))
    throw new Failure(
      'old-node',
      `countersign ${version} needs Node ${launcher.node}, and this is ${process.version}`,
      'install a Node that fits for the whole machine, then run the command again',
    );
  return launcher;
}

/** What is put there is run by everybody, so nobody else may write there. @throws Refusal E_STORE */
function checkOwn(root: string): void {
  try {
    checkPrivatePath(root);
  } catch (error) {
    if (!(error instanceof Refusal)) throw asDiskFailure(error, root);
    throw new Refusal(error.code, error.message, 'let the administrator alone own and write it', { cause: error });
  }
}

/** @throws Failure `update-running`, `not-writable` */
function lockIn(root: string, now: Date): Lock {
  let lock: Lock | undefined;
  try {
    lock = takeLock(`${root}/.update.lock`, now, updateLockMs);
  } catch (error) {
    throw forAdministrator(asDiskFailure(error, root));
  }
  if (lock !== undefined) return lock;
  throw new Failure(
    'update-running',
    `another update is under way in ${root}`,
    `wait for it; one that was killed is forgotten after ${updateLockMs / 60_000} minutes`,
  );
}

function forAdministrator(error: unknown): unknown {
  if (!(error instanceof Failure) || error.code !== 'not-writable') return error;
  const remedy = 'run the command as the administrator, or let your tool for devices run it';
  return new Failure(error.code, error.message, remedy, { cause: error });
}

/** What is left to do for a keychain that the new version cannot use. */
export const keychainAdvice = (version: string): string =>
  `secrets in the keychain need ${keychainPackage}, which was not taken over: install countersign ${version} from its file with npm (docs/hosts.md), or keep secrets with \`credentials set --file\``;
