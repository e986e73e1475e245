/**
 * Finds out whether the tests notice a missing check: each check is switched off, one at a time, in a copy of the tree.
 * The test beside the file runs first, which takes a second. The vectors run only if that test still passes. `npm run
 * mutate` takes hours, and less with TMPDIR in memory; `npm run mutate chain.ts path-walk.ts` covers only these files.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { tolerated, type Tolerated } from './tolerated.ts';

const root = join(import.meta.dirname, '../..');
const vectors = 'test/vectors/attacks.test.ts';
/** A mutant that waits for ever, or never leaves a loop, counts as noticed. */
const deadlineMs = (tests: string): number => (tests === vectors ? 600_000 : 120_000);

/** The files that decide which bytes hosts believe. The vectors test them, in addition to their own tests. */
const opens = ['metadata', 'bundle', 'statement', 'keyring', 'json', 'open-format'].map((each) => `core/${each}.ts`);

/** What no vector is about, such as files of this machine and trees that are installed, and the test of it. */
const testedAlone = new Map([
  ...['find-trust', 'other-writers', 'fetch-file'].map((each) => testBeside(`host/trust/${each}.ts`)),
  ...['path-walk', 'private', 'regular-file', 'hosts', 'ecdsa', 'tree'].map((each) => testBeside(`core/${each}.ts`)),
  ...['installed-tree', 'blob-store'].map((each) => testBeside(`store/${each}.ts`)),
  ['store/tree-files.ts', 'store/installed-tree.test.ts'],
  testBeside('signer/approval/approval.ts'),
]);

function testBeside(file: string): [string, string] {
  return [file, file.replace(/\.ts$/u, '.test.ts')];
}

/** The vectors that are most likely to notice. They run first, and the others only if these notice nothing. */
const likely = new Map([
  ['host/trust/approval.ts', '^(approval-(of|not|exp|for|without)|record-(of|that)|lock-)'],
  ['host/trust/chain.ts', '^(rollback|another|timestamp|freeze|mix|minimum|bin-names|snapshot|root|fast|withheld)'],
  ['host/trust/clock.ts', 'clock|not-yet|lives'],
  ['host/trust/digest-files.ts', '^(cached|record|status|keyring|lock|approval)'],
  ['host/trust/registry-state.ts', '^(keyring|clock|status|rollback-status)'],
  ['host/trust/high-water.ts', '^(rollback|another|seen-is|fast)'],
  ['host/trust/metadata-source.ts', '^(cache|root|closed)'],
  [
    'host/trust/approved-servers.ts',
    '^(lock-|record|freeze-by|replay|timestamp-as-old|silence|clock|approval-(for|exp))',
  ],
  ['host/trust/metadata-client.ts', '^(keyring|clock|cache|young|status-missing|rollback-status|record-not|another)'],
  ['host/trust/status.ts', '^(status-(not|with-this|rev|that)|record-(un|below)|freeze-status)'],
  ['host/trust/trust-config.ts', '^(trust|address|development)'],
  ['core/bundle.ts', '^(status|approval)-(with|in|malleated|signed)'],
  ['core/json.ts', '(record|lock|payload|timestamp)-with'],
  ['core/keyring.ts', '^keyring'],
  ['core/metadata.ts', '^(root|targets|snapshot|timestamp|bins|key|role)-'],
  ['core/open-format.ts', 'unknown-version|too-long|grown|duplicate'],
  ['core/statement.ts', '^(approval|status)-(of|from|back|without|that)'],
]);

/** Tests to run, and which of them by their names. */
type Tests = readonly [file: string, names?: string];

/** In the order in which they run: those that take least time first. */
function testsOf(file: string): Tests[] {
  const alone = testedAlone.get(file);
  if (alone !== undefined) return [[alone]];
  const [, beside] = testBeside(file);
  const first = likely.get(file);
  return [
    ...(existsSync(join(root, beside)) ? [[beside] as const] : []),
    ...(first === undefined ? [] : [[vectors, first] as const]),
    [vectors],
  ];
}

/** A piece of a file, and what to put in its place. */
interface Mutant {
  readonly file: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** In one line, as `tolerated` names it too. */
  readonly was: string;
  readonly becomes: string;
}

const { SyntaxKind } = ts;
const otherBound = new Map([
  [SyntaxKind.LessThanToken, '<='],
  [SyntaxKind.LessThanEqualsToken, '<'],
  [SyntaxKind.GreaterThanToken, '>='],
  [SyntaxKind.GreaterThanEqualsToken, '>'],
]);

/** Mutants: refusals and checks that are never reached, conditions without effect, and limits that are off by one. */
function mutantsOf(file: string, text: string): Mutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const mutants: Mutant[] = [];
  const add = (node: ts.Node, becomes: string, shown: ts.Node = node): void => {
    const start = node.getStart(source);
    const was = shown.getText(source).replaceAll(/\s+/gu, ' ');
    mutants.push({
      ...{ file, line: source.getLineAndCharacterOfPosition(start).line + 1 },
      ...{ start, end: node.end, was, becomes },
    });
  };
  const visit = (node: ts.Node): void => {
    const refuses = ts.isThrowStatement(node) && !ts.isIdentifier(node.expression);
    if (refuses || (ts.isExpressionStatement(node) && isCheck(node.expression)))
      add(node, `if (false) ${node.getText(source)}`);
    if (ts.isBinaryExpression(node)) {
      const { left, operatorToken, right } = node;
      if (operatorToken.kind === SyntaxKind.BarBarToken) for (const side of [left, right]) add(side, 'false');
      if (operatorToken.kind === SyntaxKind.AmpersandAmpersandToken)
        for (const side of [left, right]) add(side, 'true');
      const bound = otherBound.get(operatorToken.kind);
      if (bound !== undefined) add(operatorToken, bound, node);
    }
    // The text of a refusal is not a check.
    if (!ts.isThrowStatement(node)) ts.forEachChild(node, visit);
  };
  visit(source);
  return mutants;
}

function isCheck(expression: ts.Expression): boolean {
  const call = ts.isAwaitExpression(expression) ? expression.expression : expression;
  if (!ts.isCallExpression(call)) return false;
  const called = ts.isPropertyAccessExpression(call.expression) ? call.expression.name : call.expression;
  return /^#?check/u.test(called.getText());
}

const rooms = ['schemas', 'core', 'artefacts', 'store', 'catalog', 'resolve', 'review', 'signer', 'host', 'test'];

async function copyOfTree(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-mutants-'));
  for (const each of [...rooms, 'package.json', 'policy.yaml', 'registry.yaml', 'vitest.config.ts'])
    await cp(join(root, each), join(folder, each), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** The process groups of tests that run: a test in an endless loop outlives the process that started it. */
const running = new Set<number>();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    for (const group of running) process.kill(-group, 'SIGKILL');
    process.exit(1);
  });

/** Whether the tests pass in that folder. */
const passes = (folder: string, [tests, names = '']: Tests): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const words = ['node_modules/vitest/vitest.mjs', 'run', tests, '--bail=1', '-t', names];
    const child = spawn(process.execPath, words, { cwd: folder, stdio: 'ignore', detached: true });
    const { pid } = child;
    child.on('error', reject);
    if (pid === undefined) return;
    running.add(pid);
    const timer = setTimeout(() => process.kill(-pid, 'SIGKILL'), deadlineMs(tests));
    child.on('close', (code) => {
      clearTimeout(timer);
      running.delete(pid);
      resolve(code === 0);
    });
  });

async function noticed(folder: string, file: string): Promise<boolean> {
  for (const tests of testsOf(file)) if (!(await passes(folder, tests))) return true;
  return false;
}

const asked = process.argv.slice(2);
const ofTrust = (await readdir(join(root, 'host/trust'))).sort().map((each) => `host/trust/${each}`);
const files = [...new Set([...ofTrust, ...opens, ...testedAlone.keys()])].filter(
  (file) => !file.endsWith('.test.ts') && (asked.length === 0 || asked.some((part) => file.includes(part))),
);
const texts = new Map<string, string>();
for (const file of files) texts.set(file, await readFile(join(root, file), 'utf8'));
const mutants = [...texts].flatMap(([file, text]) => mutantsOf(file, text));
const allows = (each: Tolerated, { file, was, becomes }: Mutant): boolean =>
  each.file === file && was.startsWith(each.was) && (each.becomes ?? becomes) === becomes;
const waiting = mutants.filter((mutant) => !tolerated.some((each) => allows(each, mutant)));
const say = (line: string): void => void process.stdout.write(`${line}\n`);
say(`${mutants.length} mutants, ${mutants.length - waiting.length} of them tolerated`);

const looked = tolerated.filter(({ file }) => texts.has(file) || asked.length === 0);
const outdated = looked.filter((each) => !mutants.some((mutant) => allows(each, mutant)));
for (const { file, was } of outdated) say(`tolerated, and no mutant any more: ${file} ${was}`);

let survivors = 0;
async function work(folder: string): Promise<void> {
  for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
    const { file, line, start, end, was, becomes } = mutant;
    const text = texts.get(file) ?? '';
    await writeFile(join(folder, file), text.slice(0, start) + becomes + text.slice(end));
    if (!(await noticed(folder, file))) {
      survivors++;
      say(`survived: ${file}:${line} ${was} → ${becomes}`);
    }
    await writeFile(join(folder, file), text);
  }
}

const folders = await Promise.all(Array.from({ length: availableParallelism() }, copyOfTree));
try {
  const [first = ''] = folders;
  for (const tests of new Set(files.flatMap((file) => testsOf(file).map(([each]) => each))))
    if (!(await passes(first, [tests]))) throw new Error(`${tests} fails before anything is switched off`);
  await Promise.all(folders.map(work));
} finally {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
}
say(survivors === 0 ? 'every check is noticed' : `${survivors} survived`);
process.exitCode = survivors === 0 && outdated.length === 0 ? 0 : 1;
