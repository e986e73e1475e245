/** The signer's own configuration: who is believed. It never comes from the repository that is signed. */
import type { SignerConfig } from '../schemas/types.ts';
import { signerConfigFormat } from '../core/formats.ts';
import { JsonError, parseJson } from '../core/json.ts';
import type { Problem } from '../core/problem.ts';
import { checkFormat } from '../core/schema.ts';
import { isSafeApi } from './evidence/github/api-address.ts';

export type ReadSignerConfig =
  { readonly ok: true; readonly config: SignerConfig } | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads it, or says everything that is wrong with it. `file` is what problems call it. */
export function readSignerConfig(file: string, bytes: Uint8Array): ReadSignerConfig {
  const whole = (code: string, message: string, remedy: string): ReadSignerConfig => ({
    ok: false,
    problems: [{ code, file, message, remedy }],
  });
  const { maxBytes, name } = signerConfigFormat;
  if (bytes.byteLength > maxBytes)
    return whole('too-large', `${bytes.byteLength} bytes are more than the ${maxBytes} of a ${name}`, 'shorten it');
  let value: unknown;
  try {
    value = parseJson(bytes);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    return whole('not-json', `the file is ${error.message}`, 'write it as JSON, each field once');
  }
  const checked = checkFormat(signerConfigFormat, value);
  if (!checked.ok)
    return {
      ok: false,
      problems: checked.violations.map(({ code, message, remedy }) => ({ code, file, message, remedy })),
    };
  const problems = checkTogether(file, checked.value);
  return problems.length === 0 ? { ok: true, config: checked.value } : { ok: false, problems };
}

const roleName = /^[a-z0-9]+(?:-[a-z0-9]+)*$/u;

/** What the schema cannot say. */
function checkTogether(file: string, { forge, keys }: SignerConfig): Problem[] {
  const { api, teams, guardians } = forge;
  const problems: Problem[] = [];
  const report = (code: string, message: string, remedy: string): void =>
    void problems.push({ code, file, message, remedy });

  if (!isSafeApi(api))
    report(
      'unsafe-api',
      `forge.api is ${api}, which is neither https nor on this machine`,
      'write the https address of the API, such as https://api.github.com',
    );
  if (!Object.hasOwn(teams, guardians))
    report('guardians-without-team', `forge.teams has no team for the guardians, ${guardians}`, `add ${guardians}`);
  for (const role of Object.keys(teams))
    if (!roleName.test(role))
      report(
        'wrong-form',
        `forge.teams has the role ${JSON.stringify(role.slice(0, 60))}, which no policy can name`,
        'use lower-case letters, digits and single hyphens',
      );
  const byTeam = Map.groupBy(Object.entries(teams), ([, { id }]) => id);
  for (const [id, roles] of byTeam)
    if (roles.length > 1)
      report(
        'team-twice',
        `the team ${id} stands for ${roles.map(([role]) => role).join(' and ')}`,
        'give each role a team of its own',
      );
  if (keys.snapshot === keys.timestamp || keys.approval === keys.snapshot || keys.approval === keys.timestamp)
    report('key-twice', 'two of the keys are the same', 'use another key for each: one that is stolen is then not all');
  return problems;
}
