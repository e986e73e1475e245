/**
 * What a server gives of the three things that together let strangers have data sent to them: private data, content of
 * others, and a way out. What others write can hold orders for an agent.
 */
import { hostOfEgress } from '../../../core/hosts.ts';
import type { Manifest } from '../../../schemas/types.ts';

export const legs = ['private data', 'content of others', 'a way out'] as const;
export type Leg = (typeof legs)[number];

const labelOf = { 'private data': 'private-data', 'content of others': 'untrusted-content' } as const;

/** The tools that agents may use and that reviewers gave this label. */
export const labelled = ({ tools }: Pick<Manifest, 'tools'>, leg: keyof typeof labelOf): string[] =>
  Object.entries(tools?.labels ?? {})
    .filter(([, labels]) => labels.includes(labelOf[leg]))
    .map(([tool]) => tool)
    .filter((tool) => tools?.allow?.includes(tool) ?? true);

/** Where data can go: the hosts that a server may reach on other machines. */
export const waysOut = ({ permissions, remote }: Pick<Manifest, 'permissions' | 'remote'>): string[] => [
  ...(remote === undefined ? [] : [new URL(remote.url).host]),
  ...(permissions?.network ?? []).filter((egress) => !isThisMachine(hostOfEgress(egress))),
];

const isThisMachine = (host: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/u.test(host);

/** What its labels and permissions give, without a look at its tools. */
export const legsOf = (manifest: Pick<Manifest, 'tools' | 'permissions' | 'remote'>): Leg[] =>
  legs.filter((leg) => (leg === 'a way out' ? waysOut(manifest) : labelled(manifest, leg)).length > 0);
