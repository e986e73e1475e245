import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { reviewableJson } from '../../core/canonical.ts';
import { systemCode, UsageError } from '../../core/failure.ts';
import { trustConfigFormat } from '../../core/formats.ts';
import { checkFormat } from '../../core/schema.ts';
import { toSecond } from '../../core/time.ts';
import type { TrustConfig } from '../../schemas/types.ts';
import { readRegistryFiles } from '../../catalog/registry-files.ts';
import { readTrustFolder } from '../../signer/ceremony/trust-folder.ts';
import { conclude, here, withJson, type CommonOptions } from './common.ts';
import { publishedAddress } from './view-options.ts';

interface ExportOptions extends CommonOptions {
  readonly out: string;
  readonly url?: string;
  readonly group?: string[];
  readonly groupsFromSystem?: true;
  readonly npmRegistry?: string;
  readonly pythonIndex?: string;
  readonly python?: string;
  readonly containerEngine?: string;
  readonly refreshAfter?: string;
}

/** `registry trust`: what hosts need. */
export function trust(program: Command): void {
  const group = program.command('trust').description('what hosts need to trust this registry');

  withJson(group.command('export'))
    .description('write the trust config that IT deploys to hosts')
    .option('--out <file>', 'where to write it', 'trust.json')
    .option('--group <name...>', 'groups that the devices belong to')
    .option('--groups-from-system', 'take the groups of each account from its operating system instead')
    .option(
      '--url <address>',
      'where they find the registry, if not at the address in registry.yaml: a view of it',
      publishedAddress,
    )
    .option('--npm-registry <url>', 'the npm mirror that they fetch packages from')
    .option('--python-index <url>', 'the package index that they fetch Python packages from')
    .option(
      '--python <file>',
      'the absolute path of the Python that runs Python servers, if not the own one of the system',
    )
    .option(
      '--container-engine <file>',
      'the absolute path of the Podman or Docker that runs images, if not the own one of the system',
    )
    .option('--refresh-after <seconds>', 'how many seconds a host uses what it has cached before it asks again')
    .action(
      async ({
        json,
        out,
        url: given,
        group: groups,
        groupsFromSystem,
        npmRegistry,
        pythonIndex,
        python,
        containerEngine,
        refreshAfter,
      }: ExportOptions) => {
        if (groups !== undefined && groupsFromSystem === true)
          throw new UsageError(
            'groups are named, and taken from the system too',
            'give --group or --groups-from-system',
          );
        const { registry } = await readRegistryFiles(here());
        if (registry === undefined) throw new UsageError('registry.yaml cannot be used', 'run `registry validate`');
        const { root, targets } = (await readTrustFolder(here())).ceremony;
        if (root === undefined || targets === undefined)
          throw new UsageError('no root and no keyring is valid yet', '`registry root status` says what is missing');
        const { id } = registry.value;
        const url = given ?? registry.value.url;
        const config: TrustConfig = {
          schemaVersion: 1,
          registry: { id, url, environment: 'production' },
          root: { signatures: [...root.signatures], signed: root.signed },
          exportedAt: toSecond(new Date()),
          minimum: { root: root.signed.version, targets: targets.targets.signed.version },
          ...(groups !== undefined && { groups }),
          ...(groupsFromSystem === true && { groupsFrom: 'system' }),
          ...(npmRegistry !== undefined && { npmRegistry }),
          ...(pythonIndex !== undefined && { pythonIndex }),
          ...(python !== undefined && { python }),
          ...(containerEngine !== undefined && { containerEngine }),
          ...(refreshAfter !== undefined && { refreshAfterSeconds: Number(refreshAfter) }),
        };
        const checked = checkFormat(trustConfigFormat, config);
        if (!checked.ok) {
          const problems = checked.violations.map(({ code, message, remedy }) => ({
            code,
            file: out,
            message,
            remedy,
          }));
          return conclude(json, problems, {}, []);
        }
        await writeFile(out, reviewableJson(config), { flag: 'wx' }).catch((cause: unknown) => {
          if (systemCode(cause) !== 'EEXIST') throw cause;
          throw new UsageError(`${out} is there already`, 'choose another name with --out', { cause });
        });
        conclude(json, [], { file: out, registry: id, root: root.signed.version }, [
          `${out} trusts ${id} from root ${root.signed.version} on, at ${url}`,
          'install it as /etc/countersign/trust.json (macOS: /Library/Application Support/Countersign/trust.json,',
          'Windows: C:\\ProgramData\\Countersign\\trust.json), where the administrator alone can write',
        ]);
      },
    );
}
