/** GitHub's command line with the issues of one repository in a file, for what the workflows ask of it. */
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from './folder.ts';

export interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly state: 'open' | 'closed';
}

export interface FakeGh {
  /** For processes that are to find it: PATH, and the token that it wants. */
  readonly env: Readonly<Record<string, string>>;
  start(issues: readonly Issue[]): Promise<void>;
  issues(): Promise<readonly Issue[]>;
  /** What changed something, in order. */
  changes(): Promise<readonly string[]>;
}

const program = `#!${process.execPath}
const { readFileSync, writeFileSync, appendFileSync } = require('node:fs');
const [topic, action, ...words] = process.argv.slice(2);
const option = (name) => { const at = words.indexOf('--' + name); return at < 0 ? undefined : words[at + 1]; };
if (process.env.GH_TOKEN !== 'token' || process.env.GH_REPO !== 'example/registry') {
  console.error('gh: no token, or no repository');
  process.exit(4);
}
const file = __dirname + '/issues.json';
const issues = JSON.parse(readFileSync(file, 'utf8'));
const issue = issues.find(({ number }) => String(number) === words[0]);
const body = option('body-file') && readFileSync(option('body-file'), 'utf8');
const save = (line) => {
  writeFileSync(file, JSON.stringify(issues));
  appendFileSync(__dirname + '/changes', line + '\\n');
};
switch (topic + ' ' + action) {
  case 'issue list': {
    if (option('json') !== 'number,title' || option('state') !== 'open') throw new Error('not played');
    const found = issues.filter(({ labels, state }) => state === 'open' && labels.includes(option('label')));
    for (const { number, title } of found.slice(0, Number(option('limit')))) console.log(number + ' ' + title);
    break;
  }
  case 'issue view':
    console.log(issue.body);
    break;
  case 'issue edit':
    issue.body = body;
    save('edit ' + issue.number);
    break;
  case 'issue create':
    issues.push({ number: issues.length + 1, title: option('title'), body, labels: [option('label')], state: 'open' });
    save('create ' + option('title'));
    break;
  case 'issue close':
    issue.state = 'closed';
    save('close ' + issue.number + ' ' + option('reason'));
    break;
  case 'label create':
    save('label ' + words[0]);
    break;
  default:
    throw new Error('not played: ' + topic + ' ' + action);
}
`;

export async function fakeGh(): Promise<FakeGh> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'gh'), program);
  await chmod(join(folder, 'gh'), 0o755);
  const changes = join(folder, 'changes');
  const file = join(folder, 'issues.json');
  return {
    env: { PATH: `${folder}:${process.env.PATH}`, GH_TOKEN: 'token', GH_REPO: 'example/registry' },
    start: async (issues) => {
      await writeFile(file, JSON.stringify(issues));
      await writeFile(changes, '');
    },
    issues: async () => JSON.parse(await readFile(file, 'utf8')) as Issue[],
    changes: async () => (await readFile(changes, 'utf8')).split('\n').filter((line) => line !== ''),
  };
}
