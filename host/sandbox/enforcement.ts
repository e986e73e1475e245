/** What this machine can enforce. Where it cannot, no server starts: the reason is said, and what to install. */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import type { Bounds } from '../../artefacts/sandbox/bubblewrap.ts';
import { findBubblewrap, tryBounds, whyNoSandbox } from '../../artefacts/sandbox/try-bubblewrap.ts';
import { isJsonObject, parseJson } from '../../core/json.ts';
import { maxConfigBytes } from '../../core/limits.ts';
import { Refusal } from '../../core/refusal.ts';
import { readRegularFile } from '../../core/regular-file.ts';

/** A sandbox that really starts programs here. */
export interface Enforcement {
  /** The absolute path of bubblewrap. */
  readonly program: string;
  readonly bounds: Bounds;
}

/**
 * Tries what bubblewrap can do here, once for each version of it and of the system: `remembered` is the file that keeps the answer. A
 * wrong answer there makes no sandbox weaker than one without limits: bubblewrap itself starts nothing that it cannot confine.
 * @throws Refusal E_SANDBOX
 */
export async function enforcementHere(remembered: string): Promise<Enforcement> {
  const program = bubblewrapHere();
  const key = identityOf(program);
  const known = recall(remembered, key);
  if (known !== undefined) return { program, bounds: known };
  return tryEnforcement(remembered);
}

/** The same without asking the file, which is written again. @throws Refusal E_SANDBOX */
export async function tryEnforcement(remembered: string): Promise<Enforcement> {
  const program = bubblewrapHere();
  const why = await whyNoSandbox(program);
  if (why !== undefined) throw notAllowed(program, why);
  const bounds = await tryBounds(program);
  remember(remembered, { key: identityOf(program), bounds });
  return { program, bounds };
}

/** In words, for `doctor`. */
export function wordsFor({ program, bounds }: Enforcement): string {
  const limits = [
    ...(bounds.resources ? ['processes and memory'] : []),
    ...(bounds.size ? ['folders in memory'] : []),
    ...(bounds.namespaces ? ['further user namespaces'] : []),
  ];
  const bounded = limits.length === 0 ? 'without limits' : `limits ${limits.join(', ')}`;
  return `${program} confines servers to the files, the variables and the hosts that are permitted; ${bounded}`;
}

function bubblewrapHere(): string {
  if (process.platform !== 'linux')
    throw new Refusal(
      'E_SANDBOX',
      `no sandbox for ${process.platform} has been proved to hold a hostile server yet`,
      'use Linux (or WSL 2), a server that is an image, or ask the people who manage this device to allow it `unsandboxed` in the system trust config',
    );
  const program = findBubblewrap();
  if (program === undefined)
    throw new Refusal(
      'E_SANDBOX',
      'bubblewrap, which confines servers, is not installed',
      'install it: `apt install bubblewrap`, `dnf install bubblewrap`, `pacman -S bubblewrap` or `apk add bubblewrap`',
    );
  return program;
}

/** What of the system's settings most likely forbids it. */
function notAllowed(program: string, why: string): Refusal {
  const setting = (name: string): string => {
    try {
      return readFileSync(`/proc/sys/${name}`, 'utf8').trim();
    } catch {
      return '';
    }
  };
  const remedies: readonly (readonly [applies: boolean, remedy: string])[] = [
    [
      setting('kernel/apparmor_restrict_unprivileged_userns') === '1',
      `AppArmor denies user namespaces: add a profile that grants \`userns\` to ${program}, as docs/runbooks/sandbox.md shows`,
    ],
    [setting('kernel/unprivileged_userns_clone') === '0', 'set kernel.unprivileged_userns_clone=1 with sysctl'],
    [setting('user/max_user_namespaces') === '0', 'set user.max_user_namespaces to 15000 with sysctl'],
    [existsSync('/.dockerenv') || existsSync('/run/.containerenv'), 'let this container make user namespaces'],
  ];
  const found = remedies.find(([applies]) => applies)?.[1];
  return new Refusal(
    'E_SANDBOX',
    `${program} makes no sandbox here: ${why.slice(0, 300)}`,
    found ?? 'let this account make user namespaces; `countersign doctor` tries again',
  );
}

function identityOf(program: string): string {
  const { size, mtimeMs, ino } = statSync(program);
  return [program, size, mtimeMs, ino, release(), process.geteuid?.()].join(' ');
}

function recall(file: string, key: string): Bounds | undefined {
  try {
    const kept = parseJson(readRegularFile(file, maxConfigBytes).bytes);
    if (!isJsonObject(kept) || kept['key'] !== key || !isJsonObject(kept['bounds'])) return undefined;
    const { size, namespaces, resources } = kept['bounds'];
    return { size: size === true, namespaces: namespaces === true, resources: resources === true };
  } catch {
    // It is tried again, which takes some ms.
    return undefined;
  }
}

function remember(file: string, kept: { readonly key: string; readonly bounds: Bounds }): void {
  const next = `${file}.${randomUUID()}`;
  try {
    writeFileSync(next, JSON.stringify(kept), { mode: 0o600, flag: 'wx' });
    renameSync(next, file);
  } catch {
    // Without it, every start tries again.
  }
}
