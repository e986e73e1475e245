/** A host whose network is a map of files, opened again for each change to one of them. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { HttpFailure, NetworkFailure } from '../../core/address.ts';
import { sha256 } from '../../core/digest.ts';
import { planLaunch } from '../../artefacts/launch/plan.ts';
import { Refusal } from '../../core/refusal.ts';
import { ApprovedServers } from '../../host/trust/approved-servers.ts';
import type { FetchFile } from '../../host/trust/metadata-client.ts';
import { loadTrust } from '../../host/trust/trust-config.ts';
import { now } from '../support/published.ts';
import type { Case } from './cases.ts';
import { name, olderVersion, type TwoVersions } from './two-versions.ts';

export const url = 'https://mcp.example.com';

/** What the host would act on: nothing else that a registry says counts. */
async function meaningOf(registry: ApprovedServers, version?: string): Promise<string> {
  const { approval, lock } = await registry.server(name, version);
  const { status } = await registry.state();
  const planned = planLaunch(approval.server, lock, {
    os: 'linux',
    given: [],
    environment: { PATH: '/bin' },
    stateFolder: '/state',
    resolvePath: (path) => path,
  });
  const launched = planned.ok ? { ...planned.plan, environment: [...planned.plan.environment] } : planned.problems;
  return JSON.stringify([approval, lock, status, launched]);
}

/** What came of a changed file: a meaning, or what was thrown. */
export type Outcome = { readonly meaning: string } | { readonly thrown: unknown };

export interface Host {
  /** What the untouched registry means. */
  readonly meaning: string;
  readonly open: (bytes: Uint8Array) => Promise<Outcome>;
}

/** A host for one case, in a folder of its own. */
export async function hostOf(folder: string, published: TwoVersions, each: Case): Promise<Host> {
  const { version, way, path } = each;
  let changed: ReadonlyMap<string, Uint8Array> = new Map();
  let silent = false;
  const fetchFile: FetchFile = (address, { maxBytes }) => {
    const asked = address.slice(url.length + 1);
    const bytes = changed.get(asked) ?? published.files.get(asked);
    if (silent) return Promise.reject(new NetworkFailure(address, new Error('it is silent')));
    if (bytes === undefined || !address.startsWith(`${url}/`)) return Promise.reject(new HttpFailure(address, 404));
    if (bytes.byteLength > maxBytes) return Promise.reject(new Refusal('E_TOO_LARGE', 'too large', 'none'));
    return Promise.resolve(bytes);
  };

  const state = join(folder, 'state');
  const trustFile = join(folder, 'trust.json');
  await mkdir(folder, { recursive: true });
  await writeFile(trustFile, JSON.stringify(published.trust));
  const opened = async (): Promise<ApprovedServers> =>
    new ApprovedServers(await loadTrust(trustFile), state, now, fetchFile);
  const trusting = await loadTrust(trustFile);
  const forget = (): void => {
    for (const part of [join(state, 'metadata'), join(state, 'seen')])
      if (existsSync(part)) rmSync(part, { recursive: true });
  };

  const keptTimestamp = (): string => {
    const metadata = join(state, 'metadata');
    return join(metadata, readdirSync(metadata).find((file) => file.includes('.timestamp-')) ?? '');
  };

  const refreshed = await opened();
  await refreshed.server(name, olderVersion);
  const meaning = await meaningOf(refreshed, version);
  if (way !== 'kept') forget();
  const original = path === undefined ? undefined : published.files.get(path);
  const kept = join(state, path?.startsWith('metadata/') === true ? path : `files/${sha256(original ?? '')}`);
  // It is the changed one that is to be read.
  if (way !== 'kept') await rm(kept, { force: true });

  const proved = async (registry: ApprovedServers): Promise<Outcome> => {
    try {
      return { meaning: await meaningOf(registry, version) };
    } catch (thrown) {
      return { thrown };
    }
  };
  const open = async (bytes: Uint8Array): Promise<Outcome> => {
    changed = each.place(bytes);
    switch (way) {
      case 'served-later': {
        const outcome = await proved(refreshed);
        forget();
        return outcome;
      }
      case 'served': {
        const outcome = await proved(new ApprovedServers(trusting, state, now, fetchFile));
        forget();
        return outcome;
      }
      case 'kept': {
        silent = true;
        const file = basename(kept) === 'timestamp.json' ? keptTimestamp() : kept;
        await writeFile(file, bytes);
        // What is from the host's future would be asked for again.
        await utimes(file, now, now);
        return proved(new ApprovedServers(trusting, state, now, fetchFile));
      }
      case 'deployed': {
        await writeFile(trustFile, bytes);
        try {
          return await proved(await opened());
        } catch (thrown) {
          return { thrown };
        } finally {
          forget();
        }
      }
      default:
        return way satisfies never;
    }
  };
  return { meaning, open };
}
