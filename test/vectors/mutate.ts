/**
 * Whether the vectors notice each check: one after the other is switched off in a copy of the tree, and the vectors run
 * on it. `npm run mutate` takes some minutes; `npm run mutate chain.ts` looks at one file.
 */
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { tolerated } from './tolerated.ts';

const root = join(import.meta.dirname, '../..');
const core = ['metadata', 'bundle', 'statement', 'keyring', 'json', 'open-format'].map((each) => `core/${each}.ts`);
/** A mutant in which the host waits for ever is noticed too. */
const deadlineMs = 300_000;

/** Which vectors are likely to notice: they run first, the others only where those do not. */
const likely = new Map([
  ['host/trust/approval.ts', '^(approval-(of|not|exp|for|without)|record-(of|that)|lock-)'],
  ['host/trust/chain.ts', '^(rollback|another|timestamp|freeze|mix|minimum|bin-names|snapshot|root|fast|withheld)'],
  ['host/trust/clock.ts', 'clock|not-yet|lives'],
  ['host/trust/digest-files.ts', '^(cached|record|status|keyring|lock|approval)'],
  ['host/trust/registry-state.ts', '^(keyring|clock|status|rollback-status)'],
  ['host/trust/high-water.ts', '^(rollback|another|seen-is|fast)'],
  ['host/trust/metadata-source.ts', '^(cache|root|closed)'],
  ['host/trust/approved-servers.ts', '^(record|freeze-by|replay|timestamp-as-old|silence|clock|approval-(for|exp))'],
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

/** What no registry serves is no vector: which trust config counts is tested beside the code. */
const testedBeside: ReadonlySet<string> = new Set(['host/trust/find-trust.ts', 'host/trust/other-writers.ts']);
const vectors = 'test/vectors/attacks.test.ts';

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

/** Refusals and checks that are never reached, conditions that say nothing, and bounds that are off by one. */
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
    // What a refusal says is no check.
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

async function copyOfTree(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-mutants-'));
  for (const each of ['core', 'host', 'schemas', 'test', 'package.json', 'vitest.config.ts'])
    await cp(join(root, each), join(folder, each), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Whether the tests pass in that folder, or those whose names match. */
const passes = (folder: string, tests = vectors, names = ''): Promise<boolean> =>
  new Promise((resolve) => {
    const words = ['node_modules/vitest/vitest.mjs', 'run', tests, '--bail=1', '-t', names];
    const child = spawn(process.execPath, words, { cwd: folder, stdio: 'ignore', timeout: deadlineMs });
    child.on('close', (code) => resolve(code === 0));
  });

const files = [...(await readdir(join(root, 'host/trust'))).sort().map((each) => `host/trust/${each}`), ...core].filter(
  (file) => !file.endsWith('.test.ts') && file.includes(process.argv[2] ?? ''),
);
const texts = new Map<string, string>();
for (const file of files) texts.set(file, await readFile(join(root, file), 'utf8'));
const mutants = [...texts].flatMap(([file, text]) => mutantsOf(file, text));
const waiting = mutants.filter(
  ({ file, was, becomes }) =>
    !tolerated.some((each) => each.file === file && was.startsWith(each.was) && (each.becomes ?? becomes) === becomes),
);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
say(`${mutants.length} mutants, ${mutants.length - waiting.length} of them tolerated`);

let survivors = 0;
async function work(): Promise<void> {
  const folder = await copyOfTree();
  try {
    if (!(await passes(folder))) throw new Error('the vectors fail before anything is switched off');
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const { file, line, start, end, was, becomes } = mutant;
      const text = texts.get(file) ?? '';
      await writeFile(join(folder, file), text.slice(0, start) + becomes + text.slice(end));
      const first = likely.get(file);
      const tests = testedBeside.has(file) ? file.replace(/\.ts$/u, '.test.ts') : vectors;
      if ((first === undefined || (await passes(folder, tests, first))) && (await passes(folder, tests))) {
        survivors++;
        say(`survived: ${file}:${line} ${was} → ${becomes}`);
      }
      await writeFile(join(folder, file), text);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, work));
say(survivors === 0 ? 'every check is noticed' : `${survivors} survived`);
process.exitCode = survivors === 0 ? 0 : 1;
