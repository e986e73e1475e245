/** How long a server that is an image takes to start, beside Podman alone with the same options. */
import { stringify } from 'yaml';
import { repositoryOf } from '../../artefacts/oci/address.ts';
import { containerCommand, type ContainerEngine } from '../../artefacts/oci/container.ts';
import { thisMachine } from '../../artefacts/oci/engine.ts';
import { imageOn } from '../../artefacts/oci/kind.ts';
import type { LockOf } from '../../artefacts/kind.ts';
import type { OciClosure } from '../../schemas/types.ts';
import {
  digestOfTag,
  engineFile,
  missingForImages,
  newEngine,
  pushImage,
  removeEngines,
  startRegistry,
} from '../support/images.ts';
import { aPolicy } from '../support/statements.ts';
import { emptyRegistry } from '../support/tiny-registry.ts';
import { tinyManifest } from '../support/tiny-server.ts';
import { inTurn, ms, ratio, toFirstAnswer, type Program, type Row } from './measure.ts';
import { trustingHost, type Ready } from './trusting-host.ts';

const what = 'run / podman run <image>';
const [name, path, tag] = ['small', 'mcp/small', '1.0.0'];

export async function benchStartImage(folder: string): Promise<Row[]> {
  const missing = await missingForImages();
  if (missing.length > 0) return [[what, `not measured: ${missing.join(' and ')} not found`, '']];
  const images = await startRegistry();
  const [builder, engine] = [await newEngine(), await newEngine()];
  const registry = await emptyRegistry([]);
  try {
    await pushImage(builder, `${images.host}/${path}:${tag}`);
    const policy = aPolicy({
      artefacts: { types: ['oci'], hosts: [images.host], remote: false },
      tools: { not_captured: 'review' },
    });
    await registry.write('policy.yaml', stringify(policy));
    const manifest = tinyManifest(await digestOfTag(images.host, path, tag), tag, '', name);
    const address = `oci://${images.host}/${path}:${tag}`;
    await registry.write(`servers/${name}.yaml`, manifest.replace(`npm:tiny-server@${tag}`, address));
    const locked = await registry.run('lock', '--no-capture');
    if (locked.status !== 0) throw new Error(locked.stderr);

    const host = await trustingHost(registry.folder, folder, { containerEngine: await engineFile(engine) });
    try {
      const ready = await host.install(name);
      const run = { ...host.command(['run', name]), endsWithItsInput: true };
      const [ours = NaN, podman = NaN] = await inTurn(toFirstAnswer, [run, byHand(ready, engine)]);
      return [ratio(what, ours / podman, 1.6, `${ms(ours)} / ${ms(podman)}`)];
    } finally {
      host.close();
    }
  } finally {
    await registry.npm.close();
    await images.close();
    await removeEngines();
  }
}

function byHand({ found, plan, stateFolder }: Ready, engine: ContainerEngine): Program {
  const lock = found.lock as LockOf<OciClosure>;
  const { words, environment } = containerCommand(
    engine,
    {
      repository: repositoryOf(lock.artefact.url),
      image: imageOn(lock, { cpu: process.arch }),
      server: found.approval.server,
      arguments: plan.arguments,
      environment: plan.environment,
      paths: new Map(),
      stateFolder,
      id: 'by-hand',
    },
    thisMachine(),
  );
  return {
    command: engine.program,
    words: [...engine.options, ...words],
    env: Object.fromEntries(environment),
    endsWithItsInput: true,
  };
}
