/** What signing costs where nothing is due, and where one server changed, by the number of servers with locks of real size. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { artefactSubjectName, lockPath, manifestPath } from '../../core/statement.ts';
import { sha256 } from '../../core/digest.ts';
import { toSecond } from '../../core/time.ts';
import { git } from '../../core/git.ts';
import { ApprovalsStore, openApprovalFile } from '../../signer/approval/approvals-store.ts';
import { folderState } from '../../signer/state/folder.ts';
import { writeTrustFolder } from '../../signer/ceremony/trust-folder.ts';
import { openKeyring } from '../../core/keyring.ts';
import { workspaceOf } from '../../catalog/workspace.ts';
import { finishedCeremony } from '../support/finished-ceremony.ts';
import { aKeyring, anApproval, approvalKey, signed, testKey } from '../support/statements.ts';
import { copyOf } from '../support/many-servers.ts';
import { linearity, measureCases, type Case, type Most, type Row } from './measure.ts';
import { commitAll, realServer, writeRegistry } from './registries.ts';

export const benchKeys = { approval: testKey(3), snapshot: testKey(4), timestamp: testKey(5) };
/** After every commit of the bench. */
export const signedAt = new Date('2030-01-01T00:00:00Z');
const startedAt = new Date('2029-12-31T00:00:00Z');

const [few, many] = [2_000, 10_000];
const MB = 1_000_000;
const most: Most = { tookMs: 5000, rssBytes: 500 * MB };

export async function benchSign(folder: string): Promise<Row[]> {
  const cases: Case[] = [];
  const program = join(import.meta.dirname, 'sign-program.ts');
  for (const count of [few, many]) {
    const at = join(folder, String(count));
    await approvedRegistry(at, count);
    const of = `${count.toLocaleString('en')} servers with locks of real size`;
    cases.push(
      { what: `sign ${of}, nothing due`, folder: at, program, words: [], most },
      { what: `sign ${of}, one changed`, folder: at, program, words: ['notion-1'], most },
    );
  }
  const { used, rows } = await measureCases(cases);
  const [fewUsed, , manyUsed] = used;
  return [...rows, linearity('sign', few, many, fewUsed, manyUsed)];
}

/** In production, with every copy of a server of this registry approved. */
export async function approvedRegistry(folder: string, count: number, server = 'notion'): Promise<void> {
  const original = await realServer(server);
  await writeRegistry(folder, original, count);
  const keyring = aKeyring({ keys: [approvalKey(benchKeys.approval, { validFrom: toSecond(startedAt) })] });
  await writeTrustFolder(folder, { ceremony: await finishedCeremony(keyring, benchKeys, startedAt), names: new Map() });
  await commitAll(folder);
  const store = new ApprovalsStore(folderState(workspaceOf(folder, 'production').folder), 'bench');
  const commit = (await git(folder, 'rev-parse', 'HEAD')).trim();
  for (let number = 1; number <= count; number++) {
    const { manifest } = copyOf(original, number);
    const [manifestBytes, lockBytes] = await Promise.all(
      [manifestPath(manifest.name), lockPath(manifest.name)].map((path) => readFile(join(folder, path))),
    );
    if (manifestBytes === undefined || lockBytes === undefined || manifest.artefact === undefined)
      throw new Error('a copy has all of them');
    const statement = anApproval(
      { server: manifest, approvedAt: toSecond(startedAt), validUntil: '2030-06-01T00:00:00Z', source: { commit } },
      [
        { name: artefactSubjectName(manifest.artefact), digest: { sha256: manifest.artefact.sha256 } },
        { name: manifestPath(manifest.name), digest: { sha256: sha256(manifestBytes) } },
        { name: lockPath(manifest.name), digest: { sha256: sha256(lockBytes) } },
      ],
    );
    const approval = openApprovalFile(signed(statement, { key: benchKeys.approval }), openKeyring(keyring));
    await store.add(approval, manifestBytes, lockBytes);
  }
}
