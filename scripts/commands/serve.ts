import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { UsageError } from '../../core/failure.ts';
import { print, say } from '../../host/output.ts';
import { serveDist } from '../publish/server.ts';
import { workspaceOf } from '../../catalog/workspace.ts';
import { here, withJson, type CommonOptions } from './common.ts';
import { builtWorkspace, withAudience, type AudienceOption } from './view-options.ts';

export const defaultPort = 4321;

export interface PortOption {
  readonly port: number;
}

interface ServeOptions extends CommonOptions, AudienceOption, PortOption {
  readonly host: string;
}

/** `--port`, of the commands that serve. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/u.test(text) || port < 1 || port > 65_535) throw new InvalidArgumentError('it must be from 1 to 65535.');
  return port;
}

/** `registry serve`: serves dist/ on this machine until it is stopped. */
export function serve(program: Command): void {
  withAudience(withJson(program.command('serve')), 'serve')
    .description('serve dist/ as the CDN does, over HTTP')
    .option('--port <number>', 'the port to listen on', parsePort, defaultPort)
    .option('--host <address>', 'the address to listen on', 'localhost')
    .action(async ({ json, port, host, audience }: ServeOptions) => {
      const { dist } = await builtWorkspace(workspaceOf(here(), 'development'), audience);
      await access(join(dist, 'index.html')).catch((cause: unknown) => {
        throw new UsageError('there is no dist/ to serve', 'run `registry dev`, or `registry build` first', { cause });
      });
      await serveDist(dist, { port, host });
      const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
      if (json) print(json, { schemaVersion: 1, url }, []);
      else say(`serving ${url}  (Ctrl-C ends it)`);
    });
}
