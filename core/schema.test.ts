import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import * as compiled from '../schemas/compiled.js';
import type { Validator } from '../schemas/compiled.js';
import { aBundle, aKeyring, aLock, aManifest, anApproval, aPolicy, aStatus } from '../test/support/statements.ts';
import { bundleFormat, lockFormat, manifestFormat, policyFormat, statusFormat, type Format } from './formats.ts';
import { checkFormat, show, type Violation } from './schema.ts';

function violations(format: Format<unknown>, value: unknown): readonly Violation[] {
  const checked = checkFormat(format, value);
  return checked.ok ? [] : checked.violations;
}

const manifestWith = (change: object): object => ({ ...aManifest(), ...change });
const launchWith = (argument: unknown): object => manifestWith({ launch: { arguments: [argument] } });

test.each<[string, Format<unknown>, unknown, Violation]>([
  [
    'a missing field',
    policyFormat,
    { ...aPolicy(), data_classes: undefined },
    { code: 'missing-field', path: [], message: 'the document has no "data_classes"', remedy: 'add data_classes' },
  ],
  [
    'an unknown field, with the one that was meant',
    manifestFormat,
    manifestWith({ homepgae: 'https://example.com' }),
    {
      code: 'unknown-field',
      path: ['homepgae'],
      atKey: true,
      message: '"homepgae" is not a field of the document',
      remedy: 'did you mean homepage?',
    },
  ],
  [
    'an unknown field inside another',
    manifestFormat,
    manifestWith({ permissions: { filesystem: { raed: [] } } }),
    {
      code: 'unknown-field',
      path: ['permissions', 'filesystem', 'raed'],
      atKey: true,
      message: '"raed" is not a field of permissions.filesystem',
      remedy: 'did you mean read?',
    },
  ],
  [
    'an unknown field of a format that no one writes by hand',
    lockFormat,
    { ...aLock(), tool: [] },
    {
      code: 'unknown-field',
      path: ['tool'],
      atKey: true,
      message: '"tool" is not a field of the document',
      remedy: 'remove it, or see the schema for the fields there are',
    },
  ],
  [
    'a number where a string is wanted',
    manifestFormat,
    manifestWith({ version: 1.1 }),
    {
      code: 'wrong-type',
      path: ['version'],
      message: 'version is a number (1.1), not a string',
      remedy: 'put it between quotes',
    },
  ],
  [
    'a boolean where a string is wanted',
    manifestFormat,
    manifestWith({ license: true }),
    {
      code: 'wrong-type',
      path: ['license'],
      message: 'license is a boolean (true), not a string',
      remedy: 'put it between quotes',
    },
  ],
  [
    'nothing where a string is wanted',
    manifestFormat,
    manifestWith({ title: null }),
    {
      code: 'wrong-type',
      path: ['title'],
      message: 'title is empty (null), not a string',
      remedy: 'give a string',
    },
  ],
  [
    'a list where an object is wanted',
    manifestFormat,
    manifestWith({ launch: [] }),
    {
      code: 'wrong-type',
      path: ['launch'],
      message: 'launch is a list ([]), not an object',
      remedy: 'give an object',
    },
  ],
  [
    'a word where a list is wanted',
    manifestFormat,
    manifestWith({ reviewers: 'security@example.com' }),
    {
      code: 'wrong-type',
      path: ['reviewers'],
      message: 'reviewers is a string ("security@example.com"), not an array',
      remedy: 'give an array',
    },
  ],
  [
    'a fraction where an integer is wanted',
    statusFormat,
    aStatus({ sequence: 1.5 }),
    {
      code: 'wrong-type',
      path: ['predicate', 'sequence'],
      message: 'predicate.sequence is a number (1.5), not an integer',
      remedy: 'give an integer',
    },
  ],
  [
    'a value that is not one of those allowed',
    manifestFormat,
    manifestWith({ lawful_basis: 'contrct' }),
    {
      code: 'not-allowed',
      path: ['lawful_basis'],
      message:
        'lawful_basis is "contrct", which is not one of consent, contract, legal_obligation, vital_interests, public_task, legitimate_interests',
      remedy: 'did you mean contract?',
    },
  ],
  [
    'a value that is not the only one allowed',
    bundleFormat,
    { ...aBundle(Buffer.from('{}')), mediaType: 'application/json' },
    {
      code: 'not-allowed',
      path: ['mediaType'],
      message: 'mediaType is "application/json", not "application/vnd.dev.sigstore.bundle.v0.3+json"',
      remedy: 'write "application/vnd.dev.sigstore.bundle.v0.3+json"',
    },
  ],
  [
    'a string of another form',
    manifestFormat,
    manifestWith({ tags: ['good', 'Not Good'] }),
    {
      code: 'wrong-form',
      path: ['tags', 1],
      message: 'tags[1] is "Not Good", which is not of the form ^[a-z0-9]+(-[a-z0-9]+)*$',
      remedy: 'see its description in the schema',
    },
  ],
  [
    'a day that is none',
    manifestFormat,
    manifestWith({ reviewed_at: '2026-13-01' }),
    {
      code: 'wrong-form',
      path: ['reviewed_at'],
      message: 'reviewed_at is "2026-13-01", which is not a real day of the calendar',
      remedy: 'write it as 2026-04-15',
    },
  ],
  [
    'a moment that is none',
    statusFormat,
    aStatus({ issuedAt: '2026-04-16T25:00:00Z' }),
    {
      code: 'wrong-form',
      path: ['predicate', 'issuedAt'],
      message: 'predicate.issuedAt is "2026-04-16T25:00:00Z", which is not a real moment',
      remedy: 'see its description in the schema',
    },
  ],
  [
    'an address that is none',
    manifestFormat,
    manifestWith({ maintainer: 'the platform team' }),
    {
      code: 'wrong-form',
      path: ['maintainer'],
      message: 'maintainer is "the platform team", which is not a real email address',
      remedy: 'see its description in the schema',
    },
  ],
  [
    'a list that is too short',
    manifestFormat,
    manifestWith({ scope: [] }),
    {
      code: 'out-of-bounds',
      path: ['scope'],
      message: 'scope must NOT have fewer than 1 items',
      remedy: 'see its description in the schema',
    },
  ],
  [
    'a string that is too long',
    manifestFormat,
    manifestWith({ title: 'x'.repeat(101) }),
    {
      code: 'out-of-bounds',
      path: ['title'],
      message: 'title must NOT have more than 100 characters',
      remedy: 'see its description in the schema',
    },
  ],
  [
    'a number that is too low',
    statusFormat,
    aStatus({ sequence: 0 }),
    {
      code: 'out-of-bounds',
      path: ['predicate', 'sequence'],
      message: 'predicate.sequence must be >= 1',
      remedy: 'see its description in the schema',
    },
  ],
])('says in words what is wrong with %s', (_, format, value, expected) => {
  expect(violations(format, value)).toEqual([expected]);
});

test.each<[string, unknown, string, readonly (string | number)[]]>([
  [
    'a fixed word without its value',
    { type: 'fixed' },
    'launch.arguments[0] has no "value"',
    ['launch', 'arguments', 0],
  ],
  [
    'an option whose name is no option',
    { type: 'named', name: 'browser', description: 'x' },
    'launch.arguments[0].name is "browser", which is not of the form ^--?[A-Za-z][A-Za-z0-9._-]*$',
    ['launch', 'arguments', 0, 'name'],
  ],
  [
    'a word named like an option',
    { type: 'positional', name: '--browser', description: 'x' },
    'launch.arguments[0].name is "--browser", which is not of the form ^[a-z][a-z0-9_-]*$',
    ['launch', 'arguments', 0, 'name'],
  ],
  [
    'a field that another kind of argument has',
    { type: 'positional', name: 'a', description: 'x', flag: true },
    '"flag" is not a field of launch.arguments[0]',
    ['launch', 'arguments', 0, 'flag'],
  ],
])('reports of the alternatives only the one that was meant: %s', (_, argument, message, path) => {
  expect(violations(manifestFormat, launchWith(argument))).toMatchObject([{ message, path }]);
});

test.each([
  ['of no kind that there is', { type: 'optional', name: 'a', description: 'x' }],
  ['that is no object', 'x'],
  ['that does not say of which kind it is', { name: 'a', description: 'x' }],
])('says of an argument %s that it fits no form', (_, argument) => {
  expect(violations(manifestFormat, launchWith(argument))).toMatchObject([
    { code: 'no-alternative', path: ['launch', 'arguments', 0] },
  ]);
});

const lifecycleWith = (versions: unknown): object =>
  manifestWith({ lifecycle: [{ versions, state: 'revoked', since: '2026-05-01', reason: 'x' }] });

test.each([
  ['', 'lifecycle[0].versions must NOT have fewer than 1 characters'],
  [[], 'lifecycle[0].versions must NOT have fewer than 1 items'],
  [true, 'lifecycle[0].versions is true, which fits none of the forms it may have'],
])('takes the type of versions for what was meant: %j', (versions, message) => {
  expect(violations(manifestFormat, lifecycleWith(versions)).map((violation) => violation.message)).toEqual([message]);
});

test('says that the signer makes the signature of a manifest, and nothing of the kind further in', () => {
  expect(violations(manifestFormat, manifestWith({ signature: 'x' }))).toMatchObject([
    { code: 'unknown-field', message: 'a manifest carries no signature' },
  ]);
  expect(violations(manifestFormat, manifestWith({ launch: { signature: 'x' } }))).toMatchObject([
    { code: 'unknown-field', message: '"signature" is not a field of launch' },
  ]);
});

test('reports two wrong arguments each for itself', () => {
  const manifest = manifestWith({
    launch: { arguments: [{ type: 'fixed' }, { type: 'fixed', value: 'x' }, { type: 'named', name: '--a' }] },
  });
  expect(violations(manifestFormat, manifest).map(({ message }) => message)).toEqual([
    'launch.arguments[0] has no "value"',
    'launch.arguments[2] has no "description"',
  ]);
});

test('gives the value that fits', () => {
  const manifest = aManifest();
  expect(checkFormat(manifestFormat, manifest)).toEqual({ ok: true, value: manifest });
});

test('finds the place under a key with slashes and tildes in it', () => {
  const lock = aLock({}, { 'node_modules/~a/b': { name: 'a', version: '1.0.0', integrity: 'x', tree: 'y' } });
  expect(violations(lockFormat, lock).map(({ path }) => path)).toEqual([
    ['closure', 'packages', 'node_modules/~a/b', 'integrity'],
    ['closure', 'packages', 'node_modules/~a/b', 'tree'],
  ]);
});

test.each([0, 1, 2, 3, 4, 5, 6, 7])(
  'says nothing wrong of the argument that is the 200th error, after %i others',
  (others) => {
    const unknown = Object.fromEntries(Array.from({ length: others }, (_, index) => [`unknown${index}`, 1]));
    const argument = { type: 'named', name: '--two words', description: 'What it does.' };
    const found = violations(
      manifestFormat,
      manifestWith({ ...unknown, launch: { arguments: Array.from({ length: 60 }, () => argument) } }),
    );
    const said = found.filter(({ path }) => path[0] === 'launch').map(({ code }) => code);
    expect(said.length).toBeGreaterThan(20);
    expect(new Set(said)).toEqual(new Set(['wrong-form']));
  },
);

test('looks at no more than 200 errors', () => {
  const fields = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`field${index}`, 1]));
  expect(violations(manifestFormat, manifestWith(fields))).toHaveLength(200);
});

test('never shows more than a little of a value', () => {
  const secret = `sk-${'s'.repeat(2000)}`;
  const [violation] = violations(manifestFormat, manifestWith({ title: [secret] }));
  expect(violation?.message.length).toBeLessThan(120);
  expect(show('x'.repeat(58))).toBe(`"${'x'.repeat(58)}"`);
  expect(show('x'.repeat(59))).toBe(`"${'x'.repeat(56)}…`);
  expect(show(undefined)).toBe('nothing');
});

interface Schema {
  readonly [keyword: string]: unknown;
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
}

const schemasDir = join(import.meta.dirname, '../schemas');
const files = (await readdir(schemasDir)).filter((name) => name.endsWith('.schema.json'));
const schemas = new Map(
  await Promise.all(
    files.map(async (file) => [file, JSON.parse(await readFile(join(schemasDir, file), 'utf8')) as Schema] as const),
  ),
);
const ajv = new Ajv2020({ strict: true, discriminator: true, allErrors: true });
addFormats.default(ajv, { formats: ['date', 'date-time', 'email'], keywords: false });
for (const [file, schema] of schemas) ajv.addSchema(schema, file);

/** Every object in a schema that holds keywords, with the way to it. */
function* subschemas(schema: Schema, way: string): Generator<readonly [string, Schema]> {
  yield [way, schema];
  for (const keyword of ['properties', '$defs'])
    for (const [name, inner] of Object.entries((schema[keyword] ?? {}) as Record<string, Schema>))
      yield* subschemas(inner, `${way}/${keyword}/${name}`);
  for (const keyword of ['items', 'additionalProperties'])
    if (typeof schema[keyword] === 'object') yield* subschemas(schema[keyword] as Schema, `${way}/${keyword}`);
  for (const [index, branch] of ((schema.oneOf ?? []) as readonly Schema[]).entries())
    yield* subschemas(branch, `${way}/oneOf/${index}`);
}

/** What a `$ref` leads to. */
function target(file: string, reference: string): Schema | undefined {
  const [other = '', pointer = ''] = reference.split('#');
  const document = schemas.get(other === '' ? file : other);
  if (pointer === '') return document;
  return (document?.$defs as Record<string, Schema> | undefined)?.[pointer.slice('/$defs/'.length)];
}

test('finds the schemas', () => {
  expect(files).toContain('manifest.schema.json');
  expect(files.length).toBeGreaterThanOrEqual(14);
});

test.each(files)('compiles %s with strict mode on', (file) => {
  expect(() => ajv.compile({ $ref: file })).not.toThrow();
});

const understoodByBoth = new Set([
  ...['$schema', '$defs', '$ref', 'title', 'description', 'examples', 'default'],
  ...['type', 'const', 'enum', 'oneOf', 'format', 'pattern', 'minLength', 'maxLength', 'minimum', 'maximum'],
  ...['properties', 'required', 'additionalProperties', 'maxProperties', 'items', 'minItems', 'maxItems'],
  // Only ajv understands it; for every other reader, `oneOf` beside it says the same.
  'discriminator',
  // No type can say these, and ajv checks them.
  ...['if', 'then', 'else', 'minProperties'],
]);

test.each(files)('keeps %s to the keywords that ajv and json-schema-to-typescript both understand', (file) => {
  const others = [...subschemas(schemas.get(file) ?? {}, file)].flatMap(([way, schema]) =>
    Object.keys(schema)
      .filter((keyword) => !understoodByBoth.has(keyword))
      .map((keyword) => `${way}: ${keyword}`),
  );
  expect(others).toEqual([]);
});

test.each(files)('says of every object in %s whether it may have other fields', (file) => {
  const open = [...subschemas(schemas.get(file) ?? {}, file)]
    // Of several forms, each says it itself.
    .filter(([, { oneOf }]) => oneOf === undefined)
    .filter(([, schema]) => schema.type === 'object' && schema.additionalProperties === undefined)
    .map(([way]) => way);
  expect(open).toEqual([]);
});

const fieldsOf = (file: string): (readonly [string, Schema])[] =>
  [...subschemas(schemas.get(file) ?? {}, file)].flatMap(([way, { properties = {} }]) =>
    Object.entries(properties).map(([name, field]): readonly [string, Schema] => {
      const described = field.$ref === undefined ? field : { ...target(file, field.$ref), ...field };
      return [`${way}/properties/${name}`, described];
    }),
  );

test.each(files)('describes every field of %s with a title and a sentence', (file) => {
  const bare = fieldsOf(file).filter(
    ([, { title, description }]) => title === undefined || title === '' || !/\w.*\.$/su.test(description ?? ''),
  );
  expect(bare.map(([way]) => way)).toEqual([]);
});

test.each(files)('leads every reference in %s to something', (file) => {
  const dangling = [...subschemas(schemas.get(file) ?? {}, file)].filter(
    ([, { $ref }]) => $ref !== undefined && target(file, $ref) === undefined,
  );
  expect(dangling.map(([way]) => way)).toEqual([]);
});

/** Fields that hold a value of their own, not only other fields. */
const isLeaf = (field: Schema): boolean =>
  field.const === undefined &&
  field.properties === undefined &&
  (field.items === undefined || (field.items as Schema).$ref === undefined || field.examples !== undefined);

const writtenByHand = ['manifest', 'registry', 'policy', 'trust-config'].map((name) => `${name}.schema.json`);

test.each(writtenByHand)('shows an example of every field of %s that people write', (file) => {
  const bare = fieldsOf(file).filter(([, field]) => isLeaf(field) && field.examples === undefined);
  expect(bare.map(([way]) => way)).toEqual([]);
});

test.each(files)('gives only examples in %s that its own schema accepts', (file) => {
  const wrong = [...subschemas(schemas.get(file) ?? {}, file)].flatMap(([way, schema]) => {
    if (schema.examples === undefined) return [];
    const validate = ajv.compile({ $ref: `${file}#${way.slice(file.length)}` });
    return (schema.examples as readonly unknown[])
      .filter((example) => !validate(example))
      .map((example) => `${way}: ${JSON.stringify(example)}`);
  });
  expect(wrong).toEqual([]);
});

const values: readonly unknown[] = [
  aManifest(),
  manifestWith({ version: 1 }),
  manifestWith({ constructor: 1, toString: 2 }),
  launchWith({ type: 'named', name: '--a', description: 'x', choices: ['b'] }),
  launchWith({ type: 'named', name: 'a' }),
  aLock(),
  { ...aLock(), schemaVersion: 2 },
  aBundle(Buffer.from('{}')),
  anApproval(),
  anApproval({ sequence: 0 }),
  aStatus(),
  aPolicy(),
  aKeyring(),
  null,
  [],
  'x',
];

const validators: readonly (readonly [string, Validator])[] = [
  ['approval', compiled.approval],
  ['bundle', compiled.bundle],
  ['keyring', compiled.keyring],
  ['lock', compiled.lock],
  ['manifest', compiled.manifest],
  ['policy', compiled.policy],
  ['status', compiled.status],
];

test.each(validators)('compiles the validator of the %s as ajv runs the schema', (name, validate) => {
  const reference = ajv.compile({ $ref: `${name}.schema.json` });
  const verdicts = values.map((value) => reference(value));
  expect(verdicts).toContain(true);
  expect(verdicts).toContain(false);
  for (const [index, value] of values.entries()) {
    expect(validate(value)).toBe(verdicts[index]);
    reference(value);
    const ours = (validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
    const theirs = (reference.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
    expect(ours).toEqual(theirs.filter((error) => error !== ' $ref'));
  }
});
