import { hostOf } from '../../core/address.ts';
import { UsageError } from '../../core/failure.ts';
import { ignoreNamedAuthorities } from '../certificates.ts';
import type { CommandSpec } from '../command-line.ts';
import { print } from '../output.ts';
import { bindingTo, requestTo } from '../remote/request-to.ts';
import { openServers, parseSpec } from './common.ts';

/** `countersign login`: signs a person in to an endpoint, at the authorization server that was approved for it. */
export const login: CommandSpec = {
  name: 'login',
  words: '<name[@version]>',
  description: 'sign in to an endpoint, at the authorization server that is approved for it',
  count: [1, 1],
  options: {
    device: { type: 'boolean', description: 'type a code on another machine: this one needs no browser' },
    file: { type: 'boolean', description: 'keep the tokens in a file that only you can read, not in the keychain' },
  },
  passesOn: true,
  run: async ({ words, rest, options }) => {
    ignoreNamedAuthorities(process.env);
    const { name, version } = parseSpec(words[0]);
    const servers = await openServers(options);
    const server = await servers.registry.server(name, version);
    if (server.approval.server.remote?.authorization === undefined)
      throw new UsageError(`nobody signs in to ${name}`, `\`countersign info ${name}\` says what it needs`);
    const request = await requestTo(servers, server, rest);
    const binding = bindingTo(server, request);
    const where = options['file'] === true ? 'file' : 'keychain';
    const { logIn } = await import('../oauth/log-in.ts');
    const { expiresAt } = await logIn({
      ...{ signIns: servers.signInsOf(name), binding, request, where },
      way: options['device'] === true ? 'device' : 'browser',
      isPerson: process.stdin.isTTY && process.stderr.isTTY,
    });
    const { issuer, resource } = binding;
    print(
      options.json,
      {
        schemaVersion: 1,
        server: name,
        issuer,
        resource,
        keptIn: where,
        ...(expiresAt !== undefined && { expiresAt }),
      },
      [
        `signed in to ${name} at ${hostOf(issuer)}; the tokens are kept in ${where === 'keychain' ? 'the keychain' : 'a private file'}`,
      ],
    );
  },
};
