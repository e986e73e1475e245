/** A small MCP server as wheels: one script, one dependency with a wheel for each of two systems, and a registry with it. */
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { stringify } from 'yaml';
import { sha256 } from '../../core/digest.ts';
import { registry } from './command.ts';
import { startIndex, type FakeIndex, type FakeRelease } from './package-index.ts';
import { aPolicy } from './statements.ts';
import { emptyRegistry, type TinyRegistry } from './tiny-registry.ts';
import { tinyManifest } from './tiny-server.ts';
import { hasUv, standInUv } from './uv.ts';
import { packedWheel, type WheelParts } from './wheels.ts';

/** What hosts use where their trust config names none. */
export const systemPython = '/usr/bin/python3';
const asked = 'import sys; print(sys.version_info >= (3, 10) and sys.version_info < (3, 15))';
/** Tests that start a server are skipped without it, and elsewhere than on Linux, which the wheels are for. */
export const hasSystemPython: boolean =
  process.platform === 'linux' &&
  spawnSync(systemPython, ['-I', '-c', asked], { encoding: 'utf8' }).stdout?.trim() === 'True';

const source = `import json, os, sys
import tiny_shout

TOOL = {'name': 'greet', 'description': 'Greets somebody.',
        'inputSchema': {'type': 'object', 'properties': {'name': {'type': 'string'}}, 'required': ['name']}}
RESULTS = {
    'initialize': lambda params: {'protocolVersion': '2025-11-25', 'capabilities': {'tools': {}},
                                  'serverInfo': {'name': 'tiny', 'version': '1'}},
    'tools/list': lambda params: {'tools': [TOOL]},
    'tools/call': lambda params: {'content': [
        {'type': 'text', 'text': tiny_shout.shout('hello ' + params['arguments']['name'])}]},
    'ping': lambda params: {
        'environment': dict(os.environ), 'arguments': sys.argv[1:], 'folder': os.getcwd(), 'path': sys.path,
        'modules': {name: getattr(sys.modules[name], '__file__', None)
                    for name in ('json', 'tiny_server', 'tiny_shout')},
        'loaded': sorted(sys.modules)},
}

def main():
    for line in sys.stdin:
        asked = json.loads(line)
        if 'id' in asked:
            result = RESULTS[asked['method']](asked.get('params'))
            print(json.dumps({'jsonrpc': '2.0', 'id': asked['id'], 'result': result}, separators=(',', ':')), flush=True)
`;

/** Some wheels of one version, as an index has them. */
export function releaseOf(requires: readonly string[], ...wheels: readonly WheelParts[]): FakeRelease {
  const [{ name = 'tiny', version = '1.0.0' } = {}] = wheels;
  const metadata = [
    'License-Expression: MIT',
    'Requires-Python: >=3.10',
    ...requires.map((each) => `Requires-Dist: ${each}`),
  ];
  const packed = wheels.map((parts) => packedWheel({ ...parts, metadata: [...metadata, ...(parts.metadata ?? [])] }));
  return {
    ...{ name, version, requires, requiresPython: '>=3.10' },
    files: Object.fromEntries(packed.map(({ fileName, wheel }) => [fileName, wheel])),
  };
}

const machine = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
const shout = {
  name: 'tiny_shout',
  files: {
    'tiny_shout/__init__.py': 'def shout(text):\n    return text.upper() + "!"\n',
    'tiny_shout/deep/note.txt': 'a nested file\n',
  },
};
export const tinyReleases: readonly FakeRelease[] = [
  releaseOf(['tiny-shout>=1'], {
    name: 'tiny_server',
    files: { 'tiny_server/__init__.py': source },
    info: { 'entry_points.txt': '[console_scripts]\ntiny-server = tiny_server:main\n' },
  }),
  releaseOf([], { ...shout, tags: `py3-none-manylinux_2_17_${machine}` }, { ...shout, tags: 'py3-none-win_amd64' }),
];

/** The manifest of a package of the index, as tests name it. */
export const pythonManifest = (name: string, digest: string, more = ''): string =>
  tinyManifest(digest, '1.0.0', more, name).replace(
    'npm:tiny-server@1.0.0',
    `pypi:${name === 'tiny' ? 'tiny-server' : name}==1.0.0`,
  );

export interface TinyPython extends TinyRegistry {
  readonly index: FakeIndex;
}

/** Without any server yet. `uv` is the real one where it is installed. */
export async function emptyPythonRegistry(releases: readonly FakeRelease[] = tinyReleases): Promise<TinyPython> {
  const [tiny, index] = await Promise.all([emptyRegistry([]), startIndex(releases)]);
  await tiny.write('policy.yaml', stringify(aPolicy({ artefacts: { types: ['pypi'], hosts: [], remote: false } })));
  const path = hasUv ? {} : { PATH: await answeringUv(releases) };
  const env = { ...tiny.env, ...path, UV_DEFAULT_INDEX: index.index };
  return { ...tiny, index, env, run: (...words) => registry(words, { cwd: tiny.folder, env }) };
}

/** With the tiny server, locked. @throws where the lock cannot be made */
export async function tinyPythonRegistry(more = ''): Promise<TinyPython> {
  const tiny = await emptyPythonRegistry();
  const [file = ''] = Object.keys(tinyReleases[0]?.files ?? {});
  await tiny.write(join('servers', 'tiny.yaml'), pythonManifest('tiny', tiny.index.digest(file), more));
  const { status, stderr } = await tiny.run('lock');
  if (status !== 0) throw new Error(stderr);
  return tiny;
}

/** A stand-in that resolves each package to itself, and to what it requires. */
export async function answeringUv(releases: readonly FakeRelease[]): Promise<string> {
  const answers = releases.map((release) => {
    const required = releases.filter(({ name }) =>
      release.requires?.some((each) => each.startsWith(name.replaceAll('_', '-'))),
    );
    return [`${nameOf(release)}==${release.version}`, pylock([release, ...required])];
  });
  return standInUv(`
const { readFileSync } = require('node:fs');
const answers = ${JSON.stringify(Object.fromEntries(answers))};
process.stdout.write(answers[readFileSync('requirements.in', 'utf8').trim()]);`);
}

const nameOf = ({ name }: FakeRelease): string => name.replaceAll('_', '-');

const pylock = (releases: readonly FakeRelease[]): string =>
  [
    'lock-version = "1.0"',
    ...releases.map((release) => {
      const wheels = Object.entries(release.files as Readonly<Record<string, Buffer>>).map(
        ([file, bytes]) =>
          `{ name = "${file}", url = "https://example.com/${file}", size = ${bytes.byteLength}, hashes = { sha256 = "${sha256(bytes)}" } }`,
      );
      return `[[packages]]\nname = "${nameOf(release)}"\nversion = "${release.version}"\nwheels = [${wheels.join(', ')}]`;
    }),
    '',
  ].join('\n');
