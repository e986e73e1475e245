/** The `countersign` program: what it is called, and all of its commands. */
import type { CommandSpec, ProgramSpec } from './command-line.ts';
import { audit } from './commands/audit.ts';
import { completion } from './commands/completion.ts';
import { credentials } from './commands/credentials.ts';
import { doctor } from './commands/doctor.ts';
import { gc } from './commands/gc.ts';
import { info } from './commands/info.ts';
import { install } from './commands/install.ts';
import { list } from './commands/list.ts';
import { login } from './commands/login.ts';
import { logout } from './commands/logout.ts';
import { run } from './commands/run.ts';
import { selfUpdate } from './commands/self-update.ts';
import { status } from './commands/status.ts';
import { uninstall } from './commands/uninstall.ts';
import { verify } from './commands/verify.ts';
import host from './package.json' with { type: 'json' };

export const program: ProgramSpec = {
  name: 'countersign',
  description: 'Runs approved MCP servers, and refuses every byte that was not approved.',
  version: host.version,
};

const working: readonly CommandSpec[] = [
  ...[list, info, verify, install, uninstall, credentials, login, logout, gc, run, status, audit, doctor],
  selfUpdate,
];

export const commands: readonly CommandSpec[] = [...working, completion(program.name, () => commands)];
