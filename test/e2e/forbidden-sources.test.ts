/** What the policy forbids is never fetched, and neither is anything where no policy can be read. */
import { stringify } from 'yaml';
import { expect, test } from 'vitest';
import { aPolicy } from '../support/statements.ts';
import { emptyRegistry, tinyRegistry, type TinyRegistry } from '../support/tiny-registry.ts';

const described = ['--maintainer', 'a@example.com', '--scope', 'read:notes', '--data-classification', 'public'];
const askingNpm = [
  ['lock', 'tiny'],
  ['lock', '--check'],
  ['update', 'tiny'],
  ['outdated', 'tiny'],
  ['new', '--npm', 'tiny-server', '--name', 'other', ...described],
];
const onlyImages = stringify(aPolicy({ artefacts: { types: ['oci'], hosts: [], remote: false } }));

async function withManifest(policy: string): Promise<TinyRegistry> {
  const tiny = await emptyRegistry();
  await tiny.write('servers/tiny.yaml', tiny.manifest());
  await tiny.write('policy.yaml', policy);
  return tiny;
}

test('no command asks for an artefact of a kind that the policy forbids', async () => {
  const locked = await tinyRegistry();
  await locked.write('policy.yaml', onlyImages);
  locked.npm.asked.splice(0);
  for (const words of askingNpm) {
    const { status, stderr } = await locked.run(...words);
    expect([words[0], status]).toEqual([words[0], 1]);
    expect(stderr).toContain('of kind npm; allowed are oci, so nothing was fetched');
    expect(stderr).toContain('find the same server as one of those');
  }
  expect(locked.npm.asked).toEqual([]);
});

test('a policy that cannot be read allows nothing to be fetched', async () => {
  const tiny = await withManifest('artefacts: everything\n');
  for (const words of askingNpm) {
    const { status, stderr } = await tiny.run(...words);
    expect([words[0], status]).toEqual([words[0], 1]);
    expect(stderr).toContain('policy.yaml');
  }
  expect(tiny.npm.asked).toEqual([]);
});

test('what the policy allows, or accepts by an exception, is fetched', async () => {
  const exception = {
    rule: 'artefact-type',
    server: 'tiny',
    subject: 'npm:tiny-server@1.0.0',
    reason: 'There is no image of it yet.',
    owner: 'a@example.com',
    expires: '9999-01-01',
  };
  const accepting = aPolicy({ artefacts: { types: ['oci'], hosts: [], remote: false }, exceptions: [exception] });
  for (const policy of [aPolicy(), accepting]) {
    const tiny = await withManifest(stringify(policy));
    expect(await tiny.run('lock', 'tiny', '--no-capture')).toMatchObject({ status: 0 });
    expect(tiny.npm.asked).toContain('tiny-server');
  }
});

test.each([
  ['an image', 'oci://other.invalid/mcp:1.0.0', 'oci'],
  ['a bundle', 'https://other.invalid/notes.mcpb', 'mcpb'],
  ['a tarball', 'https://other.invalid/notes.tgz', 'tarball'],
  ['a commit', `git+https://other.invalid/notes#${'c'.repeat(40)}`, 'git'],
] as const)('`new` does not ask for %s at a host that the policy does not name', async (_, address, kind) => {
  const tiny = await emptyRegistry();
  const artefacts = { types: [kind], hosts: ['registry.example.com'], remote: false };
  await tiny.write('policy.yaml', stringify(aPolicy({ artefacts })));
  expect(await tiny.run('new', address, '--name', 'other', ...described)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining(
      'the artefact comes from other.invalid; allowed are registry.example.com, so nothing was fetched',
    ),
  });
});
