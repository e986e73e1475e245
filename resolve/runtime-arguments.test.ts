import { expect, test } from 'vitest';
import { meaningOf, type RuntimeMeaning } from './runtime-arguments.ts';

const meant = (runtime: string, ...words: string[]): RuntimeMeaning =>
  meaningOf(
    runtime,
    words.map((word) => ({ word })),
    'example-server',
  );

test('takes from docker what the manifest can say, and tells what it leaves out', () => {
  expect(
    meant(
      'docker',
      'run',
      '-i',
      '--rm',
      '-e',
      'TOKEN',
      '--env',
      'MODE=fast',
      '--memory=512m',
      '-v',
      '${directory}:/data:ro',
      '--volume',
      '/srv/out:/out',
      '-p',
      '8000:8000',
    ),
  ).toEqual({
    variables: [{ name: 'TOKEN' }, { name: 'MODE', value: 'fast' }],
    read: ['${directory}'],
    write: ['/srv/out'],
    leftOut: [
      'docker run: the host decides it',
      'docker -i: the host decides it',
      'docker --rm: the host decides it',
      'docker --memory 512m: the host decides it',
      'docker -p 8000:8000: no port is opened to others',
    ],
    refused: [],
  });
});

test('reads an option and its value as one word, and the long form of a mount', () => {
  const { variables, read, write } = meaningOf(
    'docker',
    [
      { word: '-e TOKEN' },
      { word: '-e', value: 'KEY=a=b' },
      { word: '--mount', value: 'type=bind,src=/srv/in,dst=/in,readonly' },
      { word: '--mount', value: 'type=bind,source=/srv/out,target=/out' },
    ],
    'x',
  );
  expect({ variables, read, write }).toEqual({
    variables: [{ name: 'TOKEN' }, { name: 'KEY', value: 'a=b' }],
    read: ['/srv/in'],
    write: ['/srv/out'],
  });
});

test.each([
  ['--privileged', []],
  ['--network', ['host']],
  ['--network=host', []],
  ['--net', ['container:other']],
  ['--cap-add', ['SYS_ADMIN']],
  ['--security-opt', ['seccomp=unconfined']],
  ['--pid', ['host']],
  ['--ipc', ['host']],
  ['--userns', ['host']],
  ['--device', ['/dev/kvm']],
  ['--volumes-from', ['other']],
  ['--entrypoint', ['/bin/sh']],
  ['-e', ['LD_PRELOAD=/tmp/a.so']],
  ['-e', ['NODE_OPTIONS']],
  ['-v', ['/:/host']],
  ['-v', ['/etc:/etc:ro']],
  ['-v', ['~:/home']],
  ['-v', ['$HOME:/home']],
  ['-v', ['/home:/home']],
  ['-v', ['C:\\:/c']],
  ['-v', ['/var/run/docker.sock:/var/run/docker.sock']],
  ['-v', ['~/.ssh:/keys']],
  ['-v', ['/srv/../etc:/etc']],
  ['--mount', ['type=bind,src=/,dst=/host']],
])('refuses docker %s %j', (option, more) => {
  const { refused, ...rest } = meant('docker', option, ...more);
  expect(refused).toHaveLength(1);
  expect(rest).toEqual({ variables: [], read: [], write: [], leftOut: [] });
});

test.each([
  ['docker', '--network', 'none', 'permissions.network says what it may reach'],
  ['docker', '-v', 'data:/data', 'it may keep files below ${state}'],
  ['docker', '--userland', 'x', 'nothing here knows what it means'],
  ['uvx', '--python', '3.12', 'the package says which versions of Python it takes'],
  ['uvx', '--from', 'example_server==1.0', 'the lock pins the package'],
  ['npx', '--package', 'example-server@1.0.0', 'the lock pins the package'],
  ['dnx', '--yes', 'x', 'nothing here knows what it means'],
])('leaves out %s %s %s', (runtime, option, value, why) => {
  const { leftOut, refused } = meaningOf(runtime, [{ word: option, value }], 'example-server');
  expect([leftOut, refused]).toEqual([[`${runtime} ${option} ${value}: ${why}`], []]);
});

test.each([
  ['node', '--require', './a.js'],
  ['node', '-r', './a.js'],
  ['node', '--import', 'data:text/javascript,1'],
  ['node', '--loader', './a.js'],
  ['node', '--env-file', '.env'],
  ['npx', '--node-options', 'anything'],
  ['npx', '--call', 'sh'],
  ['npx', '--registry', 'https://packages.example.com'],
  ['uvx', '--from', 'git+https://git.example.com/a'],
  ['uvx', '--with', 'other'],
  ['uvx', '--with-editable', '.'],
  ['uv', '--directory', '/srv/checkout'],
  ['uvx', '--index-url', 'https://packages.example.com'],
  ['uvx', '--allow-insecure-host', 'packages.example.com'],
  ['python', '-c', 'print()'],
])('refuses %s %s %s', (runtime, option, value) => {
  for (const words of [[{ word: option, value }], [{ word: option }, { word: value }]])
    expect(meaningOf(runtime, words, 'example-server').refused).toHaveLength(1);
});

test.each(['--inspect', '--inspect-brk', '--inspect=0.0.0.0:9229', '--inspect-port=1'])('refuses node %s', (word) => {
  expect(meant('node', word).refused).toHaveLength(1);
});

test('says nothing of the package itself', () => {
  expect(meant('npx', '-y', 'example-server@1.0.0')).toMatchObject({
    leftOut: ['npx -y: the host decides it'],
    refused: [],
  });
});
