/** `registry publish` of what `build-program.ts` built, to the address that is given. */
import { randomUUID } from 'node:crypto';
import { workspaceOf } from '../../catalog/workspace.ts';
import { readLocalFiles } from '../../scripts/publish/local-files.ts';
import { publish } from '../../scripts/publish/publish.ts';
import { openTarget } from '../../scripts/publish/target.ts';
import { signedAt } from './sign.ts';

const [address = ''] = process.argv.slice(2);
const { dist, hashed } = workspaceOf(process.cwd(), 'production');
const local = await readLocalFiles(dist, hashed);
const { problems, changed } = await publish(await openTarget(address, signedAt), local, {
  ...{ now: signedAt, id: randomUUID(), graceDays: 7 },
  isAlone: () => true,
});
if (problems.length > 0 || !changed) throw new Error(JSON.stringify(problems.slice(0, 3)));
