/** `registry validate` as people and CI run it: what it says, and what it fixes. */
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Problem } from '../../core/problem.ts';
import type { Lock } from '../../schemas/types.ts';
import { registry } from '../support/command.ts';
import { temporaryFolder } from '../support/folder.ts';
import { emptyRegistry, tinyRegistry, type TinyRegistry } from '../support/tiny-registry.ts';

const git = (folder: string, ...words: string[]): void =>
  void execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...words], {
    cwd: folder,
    stdio: 'ignore',
  });

function commit(folder: string): void {
  git(folder, 'init', '--quiet', '--initial-branch', 'main');
  git(folder, 'add', '--all', '--', ':!.registry', ':!.npm', ':!dist');
  git(folder, 'commit', '--quiet', '--message', 'change');
}

async function problemsOf(tiny: TinyRegistry, ...words: string[]): Promise<Problem[]> {
  const { stdout } = await tiny.run('validate', '--json', ...words);
  return (JSON.parse(stdout) as { problems: Problem[] }).problems;
}

const codesOf = async (tiny: TinyRegistry, ...words: string[]): Promise<string[]> =>
  (await problemsOf(tiny, ...words)).map(({ code, severity }) => (severity === undefined ? code : `${code}?`));

const uncompared = 'this is no git checkout, so nothing was compared: everything counts as new\n';

// Put together here, so that nobody who looks for credentials finds any in this file.
const token = `ghp_${'a1B2'.repeat(9)}`;

describe('what it says', () => {
  test('shows the lines that are meant, with hostile characters as escapes, in eighty columns', async () => {
    const tiny = await emptyRegistry();
    const hostile = `scope: [read:nothing]\ntitle: "${'x'.repeat(300)}"  # \u202e\u001b[2J ##[add-mask]z`;
    await tiny.write('servers/tiny.yaml', tiny.manifest().replace('scope: [read:nothing]', hostile));
    const { status, stdout, stderr } = await tiny.run('validate');
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('servers/tiny.yaml:');
    const frame = stderr.split('\n').filter((line) => /^[> ] +\d* \|/u.test(line));
    expect(frame.length).toBeGreaterThan(3);
    for (const line of frame) expect([...line].length).toBeLessThanOrEqual(80);
    expect(stderr).not.toMatch(/[\u202e\u001b]|##\[/u);
  });

  test('says problems of files that cannot be shown, all the same', async () => {
    const tiny = await emptyRegistry();
    await tiny.write('servers/gone.yaml', tiny.manifest('1.0.0', '', 'gone'));
    await writeFile(join(tiny.folder, 'servers/latin.yaml'), Buffer.from('name: \xe9', 'latin1'));
    await mkdir(join(tiny.folder, 'servers/folder.yaml'));
    await symlink('/etc/passwd', join(tiny.folder, 'servers/link.yaml'));
    const { status, stderr } = await tiny.run('validate');
    expect(status).toBe(1);
    for (const code of ['not-utf8', 'no-plain-file']) expect(stderr).toContain(`[${code}]`);
    expect(stderr).not.toContain('root:');
  });

  test('gives a credential away nowhere, whatever else is wrong in its line', async () => {
    const tiny = await emptyRegistry();
    const inputs = `launch:\n  environment:\n    - name: KEY\n      description: x\n      default: ${token}\n      choices: [a]\n`;
    await tiny.write('servers/tiny.yaml', tiny.manifest('1.0.0', inputs));
    await tiny.write('servers/broken.yaml', `name: [\n# ${token}\n`);
    for (const words of [[], ['--json'], ['--annotations']]) {
      const { status, stdout, stderr } = await tiny.run('validate', ...words);
      expect(status).toBe(1);
      expect(stdout + stderr).toContain('secret');
      expect(stdout + stderr).not.toContain(token);
    }
    expect(await codesOf(tiny)).toEqual(expect.arrayContaining(['default-not-a-choice', 'secret', 'not-yaml']));
  });

  test('annotates lines of a pull request', async () => {
    const tiny = await emptyRegistry();
    await tiny.write('servers/tiny.yaml', tiny.manifest().replace('public', 'pubic'));
    const { status, stdout } = await tiny.run('validate', '--annotations');
    expect(status).toBe(1);
    expect(stdout).toBe(
      '::error file=servers/tiny.yaml,line=7,endLine=7,col=22,title=not-allowed::data_classification is "pubic", which is not one of public, internal, confidential, restricted%0Adid you mean public?\n',
    );
    expect(await tiny.run('validate', '--annotations', '--json')).toMatchObject({ status: 2 });
  });
});

describe('what changed', () => {
  const warehouse = (tiny: TinyRegistry, name: string, title: string): string =>
    tiny
      .manifest('1.0.0', `title: ${title}\n`, name)
      .replace('npm:tiny-server', `npm:${name}`)
      .replace(/sha256: .*/u, `sha256: ${Buffer.from(name).toString('hex').padEnd(64, '0')}`);

  test('finds names, titles and scopes that are confusable with those at the base', async () => {
    const tiny = await emptyRegistry();
    await tiny.write('servers/warehouse.yaml', warehouse(tiny, 'warehouse', 'Finance'));
    commit(tiny.folder);
    expect(await codesOf(tiny, '--base', 'HEAD')).toEqual(['unlocked?']);
    await tiny.write('servers/warehuose.yaml', warehouse(tiny, 'warehuose', 'Finаnce'));
    await tiny.write(
      'servers/other.yaml',
      warehouse(tiny, 'other', 'Other').replace('npm:other', 'npm:@modelcontextprotoco1/other'),
    );
    const problems = await problemsOf(tiny, '--base', 'HEAD');
    expect(
      problems.filter(({ severity }) => severity === undefined).map(({ code, file }) => `${file} ${code}`),
    ).toEqual([
      'servers/other.yaml confusable-scope',
      'servers/warehuose.yaml confusable-name',
      'servers/warehuose.yaml confusable-title',
      'servers/warehuose.yaml confusable-title',
    ]);
    commit(tiny.folder);
    expect(new Set(await codesOf(tiny, '--base', 'HEAD'))).toEqual(new Set(['unlocked?']));
  });

  test('finds a version that goes back, a lost revocation, and names a lowered data class', async () => {
    const tiny = await emptyRegistry();
    const revoked = 'lifecycle: [{ versions: "<1.1.0", state: revoked, since: 2026-11-02, reason: It is broken. }]\n';
    const secretive = (yaml: string): string =>
      yaml.replace('data_classification: public', 'data_classification: restricted');
    await tiny.write('servers/tiny.yaml', secretive(tiny.manifest('1.1.0', revoked)));
    commit(tiny.folder);
    await tiny.write('servers/tiny.yaml', tiny.manifest('1.0.0'));
    expect(await codesOf(tiny, '--base', 'HEAD')).toEqual([
      'revocation-removed',
      'version-backwards',
      'data-class-lowered?',
      'unlocked?',
    ]);
  });

  test.each([['validate'], ['scan'], ['diff'], ['lock', '--check']])(
    'does not pass where the history is too short to compare: %s',
    async (...words) => {
      const tiny = await emptyRegistry();
      commit(tiny.folder);
      git(tiny.folder, 'switch', '--quiet', '--create', 'change');
      const folder = join(await temporaryFolder(), 'clone');
      git(tiny.folder, 'clone', '--quiet', '--depth', '1', `file://${tiny.folder}`, folder);
      const ended = await registry(words, { cwd: folder, env: tiny.npm.env });
      expect(ended).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('no-base') });
      expect(ended.stderr).toContain('--unshallow');
    },
  );

  test('warns of a co-author whom the signer would refuse, before the merge', async () => {
    const tiny = await tinyRegistry();
    commit(tiny.folder);
    git(tiny.folder, 'switch', '--quiet', '--create', 'change');
    await tiny.write('CODEOWNERS', '* @example/security');
    git(tiny.folder, 'add', 'CODEOWNERS');
    git(tiny.folder, 'commit', '--quiet', '--message', 'change\n\nCo-authored-by: A <private@example.com>');
    expect(await problemsOf(tiny)).toMatchObject([{ code: 'co-author-unknown', severity: 'warning', file: '' }]);
    const { status, stdout } = await tiny.run('validate', '--annotations');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^::warning title=co-author-unknown::the commit [0-9a-f]{12} .*private@example\.com/u);
    git(tiny.folder, 'commit', '--quiet', '--amend', '--message', 'change');
    expect(await problemsOf(tiny)).toEqual([]);
  });

  test('says that nothing was compared outside git', async () => {
    const tiny = await emptyRegistry();
    expect((await tiny.run('validate')).stderr).toContain('nothing was compared');
    expect((await tiny.run('scan')).stderr).toContain('nothing was compared');
  });

  test('says loudly that what was approved under a version was changed', async () => {
    const tiny = await tinyRegistry();
    commit(tiny.folder);
    await tiny.write('servers/tiny.yaml', tiny.manifest().replace('npm:tiny-server@1.0.0', 'npm:tiny-server@1.1.0'));
    const { status, stderr } = await tiny.run('validate', '--base', 'HEAD');
    expect(status).toBe(1);
    expect(stderr).toContain('artefact changed, but tiny is still version 1.0.0 [same-version-changed]');
  });
});

describe('what it fixes', () => {
  const untidy = (tiny: TinyRegistry): string => {
    const [name = '', version = '', ...rest] = tiny.manifest().split('\n');
    return [version, '# what it is called', name, ...rest].join('\r\n').replace('public', '"public"');
  };

  test('fixes a manifest, and says what; then there is nothing to fix', async () => {
    const tiny = await tinyRegistry();
    await tiny.write('servers/tiny.yaml', untidy(tiny));
    expect(await tiny.run('validate', '--fix')).toMatchObject({
      status: 0,
      stderr: `servers/tiny.yaml: fixed: line ends and blank lines, single quotes, order of fields\n${uncompared}`,
    });
    const [name = '', ...rest] = tiny.manifest().replace('public', "'public'").split('\n');
    expect(await readFile(join(tiny.folder, 'servers/tiny.yaml'), 'utf8')).toBe(
      ['# what it is called', name, ...rest].join('\n'),
    );
    expect(await tiny.run('validate', '--fix')).toMatchObject({ status: 0, stderr: `nothing to fix\n${uncompared}` });
    const { stdout } = await tiny.run('validate', '--fix', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, fixed: [] });
  });

  test('quotes a version that YAML takes for a number, and says what is still wrong', async () => {
    const tiny = await emptyRegistry();
    await tiny.write('servers/tiny.yaml', tiny.manifest().replace("'1.0.0'", '1.10').replace('public', 'pubic'));
    expect(await codesOf(tiny)).toEqual(['wrong-type', 'not-allowed']);
    expect(await codesOf(tiny, '--fix')).toEqual(['not-allowed']);
    expect(await readFile(join(tiny.folder, 'servers/tiny.yaml'), 'utf8')).toContain("version: '1.10'\n");
  });

  test('writes a lock again that was only formatted otherwise', async () => {
    const tiny = await tinyRegistry();
    const file = join(tiny.folder, 'servers/tiny.lock.json');
    const bytes = await readFile(file);
    await writeFile(file, JSON.stringify(JSON.parse(bytes.toString('utf8')) as Lock));
    expect(await codesOf(tiny)).toEqual(['lock-edited']);
    expect(await tiny.run('validate', '--fix')).toMatchObject({ status: 0 });
    expect(await readFile(file)).toEqual(bytes);
  });

  test('leaves alone what it does not understand', async () => {
    const tiny = await emptyRegistry();
    const texts = ['version: [\nname: a\n', 'version: &a b\nname: *a\n'];
    for (const [index, text] of texts.entries()) await tiny.write(`servers/a${index}.yaml`, text);
    await writeFile(join(tiny.folder, 'servers/latin.yaml'), Buffer.from('version: \xe9\nname: a\n', 'latin1'));
    expect(await tiny.run('validate', '--fix')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^nothing/u),
    });
    for (const [index, text] of texts.entries())
      expect(await readFile(join(tiny.folder, `servers/a${index}.yaml`), 'utf8')).toBe(text);
    await rm(join(tiny.folder, 'servers'), { recursive: true });
    expect(await tiny.run('validate', '--fix')).toMatchObject({ status: 0 });
  });

  test('finds nothing to fix in what `registry new` writes', async () => {
    const tiny = await emptyRegistry();
    const answers = { description: 'Greets people by name.', maintainer: 'a@example.com', scope: 'read:x' };
    const words = Object.entries({ ...answers, 'data-classification': 'public', name: 'greeter' });
    const given = words.flatMap(([option, value]) => [`--${option}`, value]);
    expect(await tiny.run('new', '--npm', 'tiny-server@1.0.0', ...given)).toMatchObject({ status: 0 });
    expect((await tiny.run('validate', '--fix')).stderr).toMatch(/^nothing to fix\n/u);
  });
});
