import { ignoreNamedAuthorities } from '../certificates.ts';
import type { CommandSpec } from '../command-line.ts';
import { print, say } from '../output.ts';
import { openServers, parseSpec } from './common.ts';

/** `countersign logout`: forgets every sign-in to a server, also of one that is not approved any more. */
export const logout: CommandSpec = {
  name: 'logout',
  words: '<name>',
  description: 'forget the sign-in to an endpoint, and have its tokens end where that is offered',
  count: [1, 1],
  run: async ({ words, options }) => {
    ignoreNamedAuthorities(process.env);
    const { name } = parseSpec(words[0]);
    const servers = await openServers(options);
    const { logOut } = await import('../oauth/log-out.ts');
    const { forgotten, revoked, problems } = await logOut(servers.signInsOf(name));
    for (const each of problems)
      say(`countersign: the tokens are forgotten here, and may be valid until they expire: ${each}`);
    const what = forgotten === 1 ? 'the sign-in' : `${forgotten} sign-ins`;
    print(options.json, { schemaVersion: 1, server: name, forgotten, revoked }, [
      forgotten === 0
        ? `nobody is signed in to ${name} here`
        : `forgot ${what} to ${name}${revoked === forgotten ? ', and the tokens are revoked' : ''}`,
    ]);
  },
};
