import type { Command } from 'commander';
import { UsageError } from '../../core/failure.ts';
import { didYouMean } from '../../core/did-you-mean.ts';
import { lockPath, manifestPath } from '../../core/statement.ts';
import { columns } from '../../host/output.ts';
import { ApprovalsStore } from '../../signer/approval/approvals-store.ts';
import { composeRecord } from '../../signer/record.ts';
import { readRegistryFiles } from '../../catalog/registry-files.ts';
import { checkRegistryFiles } from '../../catalog/rules.ts';
import { prepare } from '../../signer/prepare.ts';
import { selectPublished } from '../../catalog/select.ts';
import { askSecret } from '../terminal.ts';
import { programDigest } from '../version.ts';
import { conclude, here, named, withJson, type CommonOptions } from './common.ts';

/** `registry show`: why a server is published, or why not. */
export function show(program: Command): void {
  withJson(program.command('show <name>'))
    .description('say why a server is published, or why not')
    .action(async (name: string, { json }: CommonOptions) => {
      const repository = await readRegistryFiles(here());
      const own = [...repository.problems, ...checkRegistryFiles(repository)].filter(({ file }) =>
        [manifestPath(name), lockPath(name)].includes(file),
      );
      if (own.length > 0)
        return conclude(json, own, { name, published: false }, [`${name} is not published: it has problems`]);
      // Known without a key, which nobody should be asked for then.
      if (!repository.names.has(name)) named(repository, [name]);
      const preparation = await prepare(here(), {
        now: new Date(),
        readSecret: askSecret,
        program: programDigest(),
      });
      if (!preparation.ok) return conclude(json, preparation.problems, { name, published: false }, []);
      const { state, identity, servers, program: madeBy } = preparation.prepared;
      const wanted = servers.filter((server) => server.name === name);
      if (wanted.length === 0)
        throw new UsageError(
          `there is no server ${name}${didYouMean(
            name,
            servers.map((server) => server.name),
          )}`,
          'run `registry new` to add it',
        );
      const { approvals, open } = await new ApprovalsStore(state, madeBy).readAll(identity.keyring);
      const { published, missing } = await selectPublished(wanted, approvals, open);
      const [server] = published;
      const record = server === undefined ? undefined : composeRecord(server, await open(server.current));
      const commit = server?.current.commit;
      conclude(json, [], { name, published: record !== undefined, versions: record?.versions ?? [], missing }, [
        server === undefined
          ? `${name} is not published: ${missing.map(({ version }) => version).join(', ')} has no approval. Run \`registry sign\``
          : `${name} ${server.current.version} is published: approved in ${identity.environment}, ${commit === undefined ? 'from the working tree' : `from commit ${commit}`}`,
        ...columns(
          (record?.versions ?? []).map((each) => [
            each.version,
            each.state,
            `approved ${each.approvedAt}`,
            `valid until ${each.validUntil}`,
            `bundle ${each.bundle.slice(0, 12)}…`,
          ]),
        ),
      ]);
    });
}
