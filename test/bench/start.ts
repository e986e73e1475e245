/** How long a server from npm takes to start, beside Node alone and npx. It needs the npm registry. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { geometricMean, inTurn, ms, ratio, toEnd, toFirstAnswer, type Program, type Row } from './measure.ts';
import { fromEmpty, registryHere, trustingHost, withoutUs, type Ready } from './trusting-host.ts';

export async function benchStart(folder: string): Promise<Row[]> {
  const rows: Row[] = [];
  const host = await trustingHost(await registryHere(folder), folder);
  try {
    const nothing: Program = { command: process.execPath, words: ['-e', '0'] };
    const [bare = NaN, verified = NaN] = await inTurn(toEnd, [
      nothing,
      host.command(['verify', 'memory'], join(folder, 'metadata')),
    ]);
    rows.push(ratio('verify, cached metadata / node -e 0', verified / bare, 2, `${ms(verified)} / ${ms(bare)}`));

    const direct: number[] = [];
    const warm: number[] = [];
    const cold: number[] = [];
    for (const name of await host.namesOf('npm')) {
      const given = name === 'filesystem' ? [folder] : [];
      const ready = await host.install(name, given);
      const [data, cache] = [join(folder, `cold-${name}`), join(folder, `npx-${name}`)];
      const words = ['run', name, '--', ...given];
      const coldRun = await fromEmpty(data, host.command(words, data));
      const coldNpx = await toFirstAnswer(npx(ready, cache, folder));
      const [installed = NaN, plain = NaN, warmNpx = NaN] = await inTurn(toFirstAnswer, [
        host.command(words),
        withoutUs(ready),
        npx(ready, cache, folder),
      ]);
      direct.push(installed / plain);
      warm.push(installed / warmNpx);
      cold.push(coldRun / coldNpx);
      rows.push([
        `  ${name}`,
        `run ${ms(installed)}, node ${ms(plain)}, npx ${ms(warmNpx)}; cold: run ${ms(coldRun)}, npx ${ms(coldNpx)}`,
        '',
      ]);
      await rm(cache, { recursive: true, force: true });
    }
    const mean = `geometric mean of ${direct.length}`;
    rows.push(ratio('run / node <server>, whole tree hashed', geometricMean(direct), 1.6, mean));
    rows.push(ratio('run / npx -y, warm', geometricMean(warm), 0.5, mean));
    rows.push(ratio('run / npx -y, from empty caches', geometricMean(cold), 0.5, mean));
    return rows;
  } finally {
    host.close();
  }
}

function npx({ found, plan, variables }: Ready, cache: string, cwd: string): Program {
  const spec = found.lock.artefact?.url.slice('npm:'.length) ?? '';
  return {
    command: 'npx',
    words: ['-y', spec, ...plan.arguments],
    env: { ...variables, npm_config_cache: cache, npm_config_update_notifier: 'false' },
    cwd,
  };
}
