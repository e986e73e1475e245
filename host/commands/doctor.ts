import { access, constants } from 'node:fs/promises';
import { withoutSecrets } from '../../core/address.ts';
import { asDiskFailure } from '../../core/disk.ts';
import { endingOf, exitCodes } from '../../core/exit.ts';
import { Failure } from '../../core/failure.ts';
import type { CommandSpec } from '../command-line.ts';
import { homeOf } from '../home.ts';
import { checkPrivatePath, makePrivateFolder } from '../../core/private.ts';
import { Refusal } from '../../core/refusal.ts';
import { tryEnforcement, wordsFor } from '../sandbox/enforcement.ts';
import { findInterpreter } from '../../artefacts/pypi/interpreter.ts';
import { columns, print } from '../output.ts';
import host from '../package.json' with { type: 'json' };
import type { RegistryState } from '../trust/registry-state.ts';
import { open, openTrust, refreshNow } from './common.ts';

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly message: string;
  readonly remedy?: string;
}

/** `countersign doctor`: says whether this machine can run what the registry approves, and if not, what to do. */
export const doctor: CommandSpec = {
  name: 'doctor',
  words: '',
  description: 'check this machine: Node, trust config, registry, sign-ins, npm, Python, sandbox, containers, disk',
  count: [0, 0],
  run: async ({ options }) => {
    const home = homeOf(process.env);
    let state: RegistryState | undefined;
    const findings = [
      await check('node', async () => `${process.version} at ${process.execPath}`),
      await check('store', async () => {
        await makePrivateFolder(home.root)
          .then(() => access(home.root, constants.W_OK))
          .catch((error: unknown) => {
            throw asDiskFailure(error, home.root);
          });
        return `${checkPrivatePath(home.root)} is this account's alone`;
      }),
      await check('trust', async () => {
        const { path } = await openTrust(options);
        return `${path} can be used`;
      }),
      await check('registry', async () => {
        const { registry } = (await open(options)).servers;
        state = await (options.refresh === true ? refreshNow(registry) : registry.state());
        const { status, at } = state;
        return `refreshed at ${at.toISOString()}; status ${status.sequence} is valid until ${status.expiresAt}`;
      }),
      ...(await launcherOf(() => state)),
      await check('sign-ins', async () => {
        const names = await (await open(options)).servers.signedIn();
        return names.length === 0 ? 'signed in to no endpoint' : `signed in to ${names.join(', ')}`;
      }),
      await check('npm', async () => {
        const { npmOptions } = await import('../on-demand.ts');
        return withoutSecrets((await npmOptions()).registry);
      }),
      await check('python', async () => {
        const found = await openTrust(options).catch(() => undefined);
        return pythonHere(found?.trust.config.python);
      }),
      await check('sandbox', async () => wordsFor(await tryEnforcement(home.sandbox))),
      await check('containers', async () => {
        const { findEngine } = await import('../../artefacts/oci/engine.ts');
        const { trust } = await openTrust(options);
        try {
          const { kind, program } = findEngine(trust.config.containerEngine);
          return `${kind} at ${program}`;
        } catch (error) {
          // Most servers are packages, and need none.
          if (error instanceof Failure && error.code === 'no-container-engine')
            return `no server that is an image can run here: ${error.message}`;
          throw error;
        }
      }),
    ];
    const rows = findings.map(({ check: name, ok, message, remedy }) => [
      ok ? 'ok' : 'NOT OK',
      name,
      remedy === undefined ? message : `${message}: ${remedy}`,
    ]);
    print(options.json, { schemaVersion: 1, checks: findings }, columns(rows));
    if (findings.some(({ ok }) => !ok)) process.exitCode = exitCodes.problems;
  },
};

/** A newer version of this program is no fault of the machine. Nothing is asked: what the registry said is enough. */
async function launcherOf(stateNow: () => RegistryState | undefined): Promise<Finding[]> {
  const state = stateNow();
  if (state === undefined) return [];
  const { launcherState, launcherWords } = await import('../update/on-demand.ts');
  return [await check('launcher', async () => launcherWords(launcherState(state, host.version)))];
}

/** Without a Python, only the servers that need one do not run. */
function pythonHere(configured: string | undefined): string {
  try {
    const { version, executable } = findInterpreter(configured);
    return `${version.join('.')} at ${executable}`;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'E_UNSUPPORTED')
      return `none, so servers from PyPI do not run here: ${error.message}`;
    throw error;
  }
}

/** Every error becomes a finding. That is safe, because nothing is done afterwards that depends on the failed check. */
async function check(name: string, probe: () => Promise<string>): Promise<Finding> {
  try {
    return { check: name, ok: true, message: await probe() };
  } catch (error) {
    const { message, remedy } = endingOf(error, new Date());
    return { check: name, ok: false, message, remedy };
  }
}
