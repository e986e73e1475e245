import { mkdir, realpath, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
// oxlint-disable-next-line no-restricted-imports -- builders for tests alone
import { temporaryFolder } from '../../test/support/folder.ts';
import { liesIn } from './paths.ts';
import { protectedPlaces } from './protected.ts';

const of = (
  environment: Record<string, string>,
  home: string | string[] = '/home/ada',
  own: string[] = [],
): ((path: string) => boolean) => {
  const places = protectedPlaces({ homes: [home].flat(), environment, own });
  return (path) => places.some((place) => liesIn(path, place.path));
};

test.each([
  ...['.ssh/id_ed25519', '.aws/credentials', '.gnupg/S.gpg-agent', '.netrc', '.npmrc', '.docker/config.json'],
  ...[
    '.config/containers/auth.json',
    '.mozilla/firefox/key4.db',
    '.config/google-chrome/Default',
    '.bashrc',
    '.zshenv',
    '.profile',
  ],
  ...[
    '.claude.json',
    '.cursor/mcp.json',
    '.config/Code/User/mcp.json',
    '.codeium/windsurf/mcp_config.json',
    '.config/zed/settings.json',
  ],
  ...[
    '.codex/config.toml',
    '.gemini/settings.json',
    '.kiro/settings/mcp.json',
    '.lmstudio/mcp.json',
    '.copilot/mcp-config.json',
  ],
  ...['.aws/amazonq/mcp.json', '.config/opencode/opencode.json', '.config/goose/config.yaml', '.continue/config.yaml'],
  ...[
    '.config/systemd/user/x.service',
    '.config/autostart/x.desktop',
    '.gitconfig',
    '.local/bin/git',
    '.local/share/keyrings/x',
  ],
  ...['Library/Keychains/x', 'Library/Application Support/Claude/claude_desktop_config.json'],
])('protects %s of the home folder', (path) => {
  expect(of({})(join('/home/ada', path))).toBe(true);
});

test.each(['projects/notes', 'Documents/plan.txt', '.config/own-program', '.cache/x', 'sshd'])(
  'leaves %s to be granted',
  (path) => {
    expect(of({})(join('/home/ada', path))).toBe(false);
  },
);

test.each([
  '/run/docker.sock',
  '/proc/1/environ',
  '/etc/shadow',
  '/etc/countersign/trust.json',
  '/var/spool/cron/ada',
  '/dev/mem',
])('protects %s', (path) => {
  expect(of({})(path)).toBe(true);
});

test('protects what belongs to the host, and what variables put elsewhere', () => {
  const isProtected = of(
    {
      ...{ XDG_CONFIG_HOME: '/data/config', CLAUDE_CONFIG_DIR: '/data/claude', SSH_AUTH_SOCK: '/tmp/agent/1' },
      ...{ DOCKER_HOST: 'unix:///data/docker.sock', KUBECONFIG: '/data/kube1:/data/kube2', ZDOTDIR: '/home/ada' },
    },
    '/home/ada',
    ['/data/countersign'],
  );
  for (const path of ['config/Code/x', 'claude', 'docker.sock', 'kube1', 'kube2', 'countersign/audit.jsonl'])
    expect(isProtected(`/data/${path}`), path).toBe(true);
  expect(isProtected('/tmp/agent/1')).toBe(true);
  expect(isProtected('/data/project')).toBe(false);
  expect(isProtected('/home/ada/projects')).toBe(false);
});

test('protects the home folder that the system knows, where a client put HOME elsewhere', () => {
  const isProtected = of({ XAUTHORITY: '/home' }, ['/tmp/elsewhere', '/home/ada']);
  for (const home of ['/tmp/elsewhere', '/home/ada']) {
    expect(isProtected(join(home, '.ssh/id_ed25519'))).toBe(true);
    expect(isProtected(join(home, '.claude.json'))).toBe(true);
    expect(isProtected(join(home, 'projects'))).toBe(false);
  }
});

test('protects the place that a link leads to, and what is not there yet', async () => {
  const home = await realpath(await temporaryFolder());
  await mkdir(join(home, 'safe/keys'), { recursive: true });
  await symlink(join(home, 'safe/keys'), join(home, '.ssh'));
  const isProtected = of({}, home);
  expect(isProtected(join(home, 'safe/keys/id'))).toBe(true);
  expect(isProtected(join(home, '.bashrc'))).toBe(true);
});
