import type { Command } from 'commander';
import { Failure, UsageError } from '../../core/failure.ts';
import { countOffers } from '../../core/offers.ts';
import { dayOf } from '../../core/time.ts';
import { say } from '../../host/output.ts';
import type { CapturedServer } from '../../schemas/types.ts';
import { changedLocks, changesSince } from '../../catalog/changes.ts';
import { readBase } from '../../catalog/base.ts';
import { baseCommit } from '../../catalog/base-commit.ts';
import { readRegistryFiles } from '../../catalog/registry-files.ts';
import { canCapture } from '../../resolve/capture.ts';
import { forbiddenSource } from '../../review/checks/policy/source.ts';
import { captureServer, notCaptured } from '../../review/checks/tools/capture-server.ts';
import { capturedFile } from '../../review/checks/tools/captured-file.ts';
import { appliedPolicies } from '../../review/verdict/verdict.ts';
import { conclude, here, named, openResolver, withJson, writeOutput, type CommonOptions } from './common.ts';

interface CaptureOptions extends CommonOptions {
  readonly base?: string;
  readonly all?: true;
  readonly privateNetwork?: true;
  readonly output: string;
}

/** `registry capture`: starts servers in a sandbox and writes down what they show, for `scan` to compare. */
export function capture(program: Command): void {
  withJson(program.command('capture [names...]'))
    .description(
      'start the servers whose lock changed in a sandbox, and write down what they offer for `scan --captured`',
    )
    .requiredOption('--output <file>', 'the file to write')
    .option('--base <ref>', 'what changed is what differs from this commit (default: where this branch left main)')
    .option('--all', 'every server')
    .option('--private-network', 'ask an endpoint also where it is not on the public internet')
    .action(async (names: string[], { all, base, json, output, privateNetwork }: CaptureOptions) => {
      if (all && names.length > 0) throw new UsageError('--all and names exclude each other', 'give one of them');
      const repository = await readRegistryFiles(here());
      const commit = await baseCommit(here(), base, repository.registry?.value.main_branch ?? 'main');
      const servers =
        all || names.length > 0 || commit === undefined
          ? named(repository, names)
          : changedLocks(repository, await changesSince(here(), commit));
      for (const { name, manifest } of servers)
        if (!(await canCapture(manifest.value)))
          throw new Failure(
            'no-sandbox',
            `${name} cannot be captured here: there is no sandbox for it, and nothing is started without one`,
            'run this on Linux: images need Podman or Docker, all others bubblewrap, which must be allowed to make user namespaces',
          );
      const compared = await readBase(here(), repository, commit);
      const today = dayOf(new Date());
      const captured: CapturedServer[] = [];
      for (const server of servers) {
        const policies = appliedPolicies(server.name, repository.policy?.value, compared, today);
        const forbidden = forbiddenSource(server, policies);
        captured.push(
          ...(forbidden === undefined
            ? await captureServer(server, await openResolver(here(), server.name, privateNetwork))
            : notCaptured(server, forbidden.message)),
        );
      }
      await writeOutput(output, capturedFile(captured));
      for (const server of captured)
        if (!json) say(`${server.name}: ${server.kind === 'captured' ? countOffers(server) : server.why}`);
      // That a server does not answer is for `scan` to judge.
      conclude(json, [], { captured: captured.map(({ name, kind }) => ({ name, kind })) }, []);
    });
}
