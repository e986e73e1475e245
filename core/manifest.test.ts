import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { minimalYaml } from '../test/support/statements.ts';
import { readManifest } from './manifest.ts';
import type { Problem } from './problem.ts';

const file = 'servers/internal-postgres.yaml';

function problemsOf(yaml: string, path = file): readonly Problem[] {
  const read = readManifest(path, Buffer.from(yaml));
  return read.ok ? [] : read.problems;
}

/** Every problem as `code line:column`. */
const found = (yaml: string, path = file): string[] =>
  problemsOf(yaml, path).map(({ code, line, column }) => `${code} ${line}:${column}`);

/** The only problem of a manifest. */
function only(yaml: string): Problem {
  const [problem, ...more] = problemsOf(yaml);
  expect(more).toEqual([]);
  if (problem === undefined) throw new Error('no problem');
  return problem;
}

test('accepts the minimal manifest as the design shows it', () => {
  const shown = `name: internal-postgres
version: 1.2.0
maintainer: data-platform@example.com
description: Read-only access to the finance data warehouse.
scope:
  - read:finance.*
data_classification: confidential      # public | internal | confidential | restricted
lawful_basis: contract                 # consent | contract | legal_obligation | vital_interests | public_task | legitimate_interests
reviewed_at: 2026-04-15                # last access review; the site and \`registry report\` show when the next is due
reviewers: [security@example.com, data-platform@example.com]
artefact:
  url: oci://registry.example.com/mcp/postgres:1.2.0
  sha256: ${'3f9a'.repeat(16)}
`;
  const read = readManifest(file, Buffer.from(shown));
  expect(read.ok ? read.document.value : read.problems).toEqual({
    name: 'internal-postgres',
    version: '1.2.0',
    maintainer: 'data-platform@example.com',
    description: 'Read-only access to the finance data warehouse.',
    scope: ['read:finance.*'],
    data_classification: 'confidential',
    lawful_basis: 'contract',
    reviewed_at: '2026-04-15',
    reviewers: ['security@example.com', 'data-platform@example.com'],
    artefact: { url: 'oci://registry.example.com/mcp/postgres:1.2.0', sha256: '3f9a'.repeat(16) },
  });
});

test('accepts a manifest with every field', () => {
  const yaml = minimalYaml(`title: Finance warehouse
repository: https://github.com/example/internal-postgres
homepage: https://docs.example.com/postgres
license: Apache-2.0
tags: [database, finance]
compliance: [sox, gdpr]
audience: [finance-analysts]
backends: [finance warehouse (PostgreSQL)]
justification: Month-end close asks the warehouse the same forty questions.
upstream: io.github.example/postgres
launch:
  command: mcp-postgres
  arguments:
    - {type: fixed, value: --stdio}
    - {type: named, name: --schema, description: Which schema to read., choices: [public, staging], default: public}
    - {type: named, name: --verbose, description: Says more., flag: true}
    - {type: positional, name: database, description: Which database., required: true}
    - {type: positional, name: directory, description: Where to write., repeated: true, format: filepath}
  environment:
    - {name: PGPASSWORD, description: Password of the role., required: true, secret: true}
    - {name: PGDATA, description: Where it keeps data., default: '\${state}/data'}
credentials:
  - {environment: PGPASSWORD, source: The vault., scope: Read-only.}
permissions:
  network: ['warehouse.example.com:5432']
  filesystem: {read: ['\${directory}'], write: ['\${directory}']}
  environment: [PGPASSWORD, PGDATA]
tools:
  allow: [query]
  labels: {query: [private-data]}
lifecycle:
  - {versions: '<1.2.0', state: deprecated, since: 2026-05-01, sunset: 2026-12-31, reason: Old., replaced_by: warehouse}
  - {versions: ['1.0', '1.0a'], state: revoked, since: 2026-05-01, reason: Reads too much., advisory: CVE-2026-12345}
`);
  expect(problemsOf(yaml)).toEqual([]);
});

test.each([
  ['name', 1],
  ['version', 2],
  ['maintainer', 3],
  ['description', 4],
  ['data_classification', 7],
  ['lawful_basis', 8],
  ['reviewed_at', 9],
  ['reviewers', 10],
])('wants the field %s', (field, line) => {
  const lines = minimalYaml().split('\n');
  lines.splice(line - 1, 1);
  const problems = problemsOf(lines.join('\n'));
  expect(problems[0]).toMatchObject({
    code: 'missing-field',
    line: 1,
    column: 1,
    message: `the document has no "${field}"`,
    remedy: `add ${field}`,
  });
});

test.each([
  ['maintaner: a@example.com', 'did you mean maintainer?'],
  ['launch:\n  comand: x', 'did you mean command?'],
  ['launch:\n  environment:\n    - {name: A, description: b, requird: true}', 'did you mean required?'],
  ['launch:\n  arguments:\n    - {type: fixed, value: x, vlaue: y}', 'did you mean value?'],
  ['permissions:\n  netwrok: []', 'did you mean network?'],
  ['zzzzzzzz: 1', 'remove it, or see the schema for the fields there are'],
])('reports the unknown field in %j and names the one that was meant', (lines, remedy) => {
  expect(only(minimalYaml(lines))).toMatchObject({ code: 'unknown-field', remedy });
});

test('reports an unknown field at its key', () => {
  expect(found(minimalYaml('title: x\npermissions:\n  network: []\n  netwrok: []\n'))).toEqual(['unknown-field 17:3']);
});

const withOption = (name: string): string =>
  minimalYaml(`launch: {arguments: [{type: named, name: '${name}', description: What it does.}]}\n`);

test.each(['-p', '--schema', '--dry-run', '--HF_TOKEN', '--log.level'])('accepts the option %s', (name) => {
  expect(problemsOf(withOption(name))).toEqual([]);
});

test.each(['schema', '--', '-', '---schema', '--schema=public', '--schema public', '--1'])(
  'takes %s for no option',
  (name) => {
    expect(only(withOption(name))).toMatchObject({ code: 'wrong-form', line: 14 });
  },
);

test('says of a signature that the signer makes it', () => {
  expect(only(minimalYaml('signature: abc\n'))).toMatchObject({
    code: 'unknown-field',
    line: 14,
    column: 1,
    message: 'a manifest carries no signature',
    remedy: 'remove it: the signer makes it once the pull request is merged',
  });
});

test('reports a version that YAML reads as a number, and asks for quotes', () => {
  expect(only(minimalYaml().replace('version: 1.2.0', 'version: 1.10'))).toEqual({
    code: 'wrong-type',
    file,
    line: 2,
    column: 10,
    message: 'version is a number (1.1), not a string',
    remedy: 'put it between quotes',
  });
  expect(problemsOf(minimalYaml().replace('version: 1.2.0', "version: '1.10'"))).toEqual([]);
});

test('reports a day that is not in the calendar', () => {
  expect(only(minimalYaml().replace('2026-04-15', '2026-02-30'))).toMatchObject({
    code: 'wrong-form',
    line: 9,
    column: 14,
    message: 'reviewed_at is "2026-02-30", which is not a real day of the calendar',
  });
});

test.each([
  ['a data class that was mistyped', 'confidential', 'confidentail', 'did you mean confidential?'],
  ['a data class of another kind', 'confidential', 'top-of-the-world', 'choose one of them'],
])('reports %s', (_, before, after, remedy) => {
  expect(only(minimalYaml().replace(before, after))).toMatchObject({
    code: 'not-allowed',
    line: 7,
    column: 22,
    remedy,
  });
});

test.each([
  ['servers/postgres.yaml', 'postgres'],
  ['internal-postgres-2.yaml', 'internal-postgres-2'],
])('reports a name that is not that of the file %s', (path, expected) => {
  expect(problemsOf(minimalYaml(), path)).toEqual([
    {
      code: 'name-not-file-name',
      file: path,
      line: 1,
      column: 7,
      message: `the name is internal-postgres, the file's name ${expected}`,
      remedy: 'rename the file to internal-postgres.yaml, or the server',
    },
  ]);
});

test.each(['con', 'nul', 'aux', 'prn', 'com1', 'lpt9'])('refuses the name %s, a device on Windows', (name) => {
  expect(found(minimalYaml().replace('internal-postgres', name), `servers/${name}.yaml`)).toEqual([
    'reserved-name 1:7',
  ]);
});

test.each(['console', 'com', 'com10', 'nul-server'])('accepts the name %s', (name) => {
  expect(found(minimalYaml().replace('internal-postgres', name), `servers/${name}.yaml`)).toEqual([]);
});

test.each(['Postgres', '-a', 'a--b', 'a.b', '../a', 'a'])('refuses the name %s', (name) => {
  const [problem] = problemsOf(minimalYaml().replace('internal-postgres', name), `servers/${name}.yaml`);
  expect(problem).toMatchObject({ line: 1, column: 7 });
});

const artefact = minimalYaml().slice(minimalYaml().indexOf('artefact:'));
const remote = 'remote: {url: https://mcp.example.com/v1, transport: streamable-http}\n';

test('accepts a remote instead of an artefact', () => {
  expect(problemsOf(minimalYaml().replace(artefact, remote))).toEqual([]);
});

test('reports an artefact and a remote together, at the artefact', () => {
  expect(only(minimalYaml(remote))).toMatchObject({
    code: 'artefact-or-remote',
    line: 12,
    column: 3,
    message: 'the manifest has both an artefact and a remote',
  });
});

test('reports a manifest with neither artefact nor remote', () => {
  expect(only(minimalYaml().replace(artefact, ''))).toMatchObject({
    code: 'artefact-or-remote',
    line: 1,
    column: 1,
    message: 'the manifest has neither an artefact nor a remote',
  });
});

test.each(['npm:zod@latest', 'npm:zod@^1.0.0', 'oci://registry.example.com/x', 'https://example.com/x.zip'])(
  'reports the artefact %s, which names nothing exactly',
  (url) => {
    expect(only(minimalYaml().replace('npm:@example/mcp-postgres@1.2.0', url))).toMatchObject({
      code: 'artefact-url',
      line: 12,
      column: 8,
      message: `${url} names no exact artefact`,
    });
  },
);

const launched = (environment: string, permitted: string, more = ''): string =>
  minimalYaml(`launch:\n  environment:\n${environment}permissions:\n  environment: [${permitted}]\n${more}`);
const variable = (name: string, more = ''): string => `    - {name: ${name}, description: What it is for.${more}}\n`;

test.each(['LD_PRELOAD', 'NODE_OPTIONS', 'PYTHONPATH', 'node_options', 'BASH_ENV', 'DYLD_INSERT_LIBRARIES'])(
  'reports the variable %s, which decides which code is loaded',
  (name) => {
    expect(found(launched(variable(name), name))).toEqual(['loader-variable 16:14']);
  },
);

test('reports a variable that is declared and not permitted', () => {
  expect(only(launched(variable('A') + variable('B'), 'A'))).toMatchObject({
    code: 'environment-not-permitted',
    line: 17,
    column: 14,
    message: 'B is not among permissions.environment',
    remedy: 'add B there',
  });
});

test('reports a variable that is declared where nothing is permitted at all', () => {
  expect(found(minimalYaml(`launch:\n  environment:\n${variable('A')}`))).toEqual(['environment-not-permitted 16:14']);
});

test('reports a variable that is permitted and not declared', () => {
  expect(only(launched(variable('A'), 'A, B'))).toMatchObject({
    code: 'environment-not-declared',
    line: 18,
    column: 20,
    message: 'B is permitted, but launch.environment does not declare it',
  });
});

test('reports a variable that is declared twice', () => {
  expect(found(launched(variable('A') + variable('A'), 'A'))).toEqual(['declared-twice 17:14']);
});

test.each([
  ['is not declared', 'B', ''],
  ['is declared without secret', 'A', ''],
  ['is declared as no secret', 'A', ', secret: false'],
])('reports a credential whose variable %s', (_, name, more) => {
  const credential = `credentials:\n  - {environment: ${name}, source: The vault., scope: Read-only.}\n`;
  expect(only(launched(variable('A', more), 'A', credential))).toMatchObject({
    code: 'credential-not-declared',
    line: 20,
    column: 19,
    message: `launch.environment declares no secret ${name}`,
  });
});

const withArguments = (...lines: string[]): string =>
  minimalYaml(`launch:\n  arguments:\n${lines.map((line) => `    - {${line}}\n`).join('')}`);

test('reports a repeated argument that is not the last', () => {
  const yaml = withArguments(
    'type: positional, name: a, description: x, repeated: true',
    'type: positional, name: b, description: x',
  );
  expect(only(yaml)).toMatchObject({
    code: 'repeated-not-last',
    line: 16,
    column: 32,
    message: 'a takes all words that are left, but another argument follows it',
  });
});

test('accepts a repeated argument before options and fixed words', () => {
  const yaml = withArguments(
    'type: positional, name: a, description: x, repeated: true',
    'type: named, name: --b, description: x, repeated: true',
    'type: fixed, value: x',
  );
  expect(problemsOf(yaml)).toEqual([]);
});

test.each([
  ['options', 'type: named, name: --a, description: x', 'type: named, name: --a, description: y'],
  ['words', 'type: positional, name: a, description: x', 'type: positional, name: a, description: y'],
])('reports two %s of one name', (_, first, second) => {
  expect(found(withArguments(first, second))).toEqual([`declared-twice 17:${first.startsWith('type: n') ? 27 : 32}`]);
});

test('accepts the same fixed word twice', () => {
  expect(problemsOf(withArguments('type: fixed, value: -v', 'type: fixed, value: -v'))).toEqual([]);
});

test('reports a default that is not one of the choices, of an argument and of a variable', () => {
  const yaml = withArguments('type: named, name: --a, description: x, choices: [b, c], default: d');
  expect(only(yaml)).toMatchObject({
    code: 'default-not-a-choice',
    line: 16,
    column: 74,
    message: 'the default "d" is not one of the choices',
    remedy: 'choose one of b, c',
  });
  expect(found(launched(variable('A', ', choices: [b], default: d'), 'A'))).toEqual(['default-not-a-choice 16:70']);
});

test.each([
  ['a default', 'format: number, default: ten'],
  ['a placeholder', "format: boolean, placeholder: 'yes'"],
  ['a choice', "format: number, choices: ['1', 'two']"],
])('reports %s that is not of the format', (_, rest) => {
  expect(only(withArguments(`type: named, name: --a, description: x, ${rest}`))).toMatchObject({
    code: 'value-not-of-format',
    line: 16,
  });
  expect(found(launched(variable('A', `, ${rest}`), 'A'))).toEqual([
    expect.stringContaining('value-not-of-format 16:'),
  ]);
});

test('accepts values of the format', () => {
  const rest = "format: number, choices: ['1', '2.5'], default: '1', placeholder: '2'";
  expect(problemsOf(withArguments(`type: named, name: --a, description: x, ${rest}`))).toEqual([]);
  expect(problemsOf(launched(variable('A', ", format: boolean, default: 'true'"), 'A'))).toEqual([]);
});

const lifecycle = (line: string): string => minimalYaml(`lifecycle:\n  - {${line}}\n`);
const entry = 'since: 2026-05-01, reason: x';

test.each(['latest', '>=1.x.y', 'one', '<1.2.0 &&'])('reports %j, which is no range', (versions) => {
  expect(only(lifecycle(`versions: '${versions}', state: revoked, ${entry}`))).toMatchObject({
    code: 'version-range',
    line: 15,
    column: 16,
    message: `"${versions}" is no semver range`,
  });
});

test.each(["'<1.2.0'", "'1.x || >=2.0.0-rc.1'", "['1.10', latest]", "'*'"])('accepts the versions %s', (versions) => {
  expect(problemsOf(lifecycle(`versions: ${versions}, state: revoked, ${entry}`))).toEqual([]);
});

test('reports a range of versions that are not semver: it would say nothing', () => {
  const yaml = lifecycle(`versions: '<2.0.0', state: revoked, ${entry}`).replace('1.2.0', "'2026-04'");
  expect(only(yaml)).toMatchObject({
    code: 'range-without-semver',
    line: 15,
    column: 16,
    message: 'the range "<2.0.0" says nothing about 2026-04, which is not semver',
  });
  for (const versions of ["'*'", "['2026-04']"]) expect(problemsOf(yaml.replace("'<2.0.0'", versions))).toEqual([]);
});

test.each(['revoked', 'withdrawn'])('reports a sunset of %s versions', (state) => {
  expect(only(lifecycle(`versions: '*', state: ${state}, ${entry}, sunset: 2026-06-01`))).toMatchObject({
    code: 'sunset-without-deprecation',
    line: 15,
    message: `${state} versions are refused at once`,
  });
});

test.each(['2026-05-01', '2026-04-30'])('reports a sunset on %s, not after the first day', (sunset) => {
  expect(only(lifecycle(`versions: '*', state: deprecated, ${entry}, sunset: ${sunset}`))).toMatchObject({
    code: 'sunset-before-since',
    message: `the sunset ${sunset} is not after 2026-05-01`,
  });
});

test('accepts a sunset on the day after', () => {
  expect(problemsOf(lifecycle(`versions: '*', state: deprecated, ${entry}, sunset: 2026-05-02`))).toEqual([]);
});

test('reports a server that replaces itself', () => {
  expect(only(lifecycle(`versions: '*', state: withdrawn, ${entry}, replaced_by: internal-postgres`))).toMatchObject({
    code: 'replaced-by-itself',
    line: 15,
  });
});

test('refuses a state that only a record has', () => {
  expect(only(lifecycle(`versions: '*', state: active, ${entry}`)).code).toBe('not-allowed');
});

test('reports all that is wrong at once', () => {
  const yaml = launched(
    variable('LD_PRELOAD') + variable('A'),
    'B',
    `${remote}lifecycle:\n  - {versions: latest, state: revoked, ${entry}}\n`,
  );
  expect(problemsOf(yaml, 'servers/x.yaml').map(({ code }) => code)).toEqual([
    'name-not-file-name',
    'artefact-or-remote',
    'loader-variable',
    'environment-not-permitted',
    'environment-not-declared',
    'version-range',
  ]);
});

test('accepts each example of docs/manifest.md', () => {
  const page = readFileSync(new URL('../docs/manifest.md', import.meta.url), 'utf8');
  const examples = [...page.matchAll(/^```yaml\n(?<yaml>.*?)^```$/gmsu)].map(({ groups }) => groups?.['yaml'] ?? '');
  expect(examples).toHaveLength(5);
  for (const example of examples) {
    const without = minimalYaml().replace(/^artefact:\n(?: .*\n)+/mu, '');
    const hasOwn = /^(?:remote|artefact):/mu.test(example);
    expect(problemsOf(hasOwn ? `${without}${example}` : minimalYaml(example))).toEqual([]);
  }
});
