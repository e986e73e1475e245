/** What of other people's lists is committed here: names and numbers. What they wrote stays theirs. */
import type { ArgumentFacts, HeaderFacts, PackageFacts, Prose, ServerFacts, VariableFacts } from './facts.ts';

/** The same server without prose, values, or hosts of package registries. */
export function strip(facts: ServerFacts): ServerFacts {
  const { title, description, repository, packages, remotes, network, volumes, ...rest } = facts;
  return {
    ...rest,
    ...(repository !== undefined && { repository: repository.replace(/^https:\/\/github\.com\//u, 'github:') }),
    ...unusual('title', title, 1, 100),
    ...unusual('description', description, 10, 500),
    ...(packages !== undefined && { packages: packages.map(stripPackage) }),
    ...(remotes !== undefined && {
      remotes: remotes.map(({ url, headers, variables, ...remote }) => ({
        ...remote,
        url: url.replace(/[?#].*$/u, ''),
        ...(headers !== undefined && { headers: headers.map(stripHeader) }),
        ...(variables !== undefined && { variables: variables.map(stripVariable) }),
      })),
    }),
    ...(network !== undefined && {
      network: network.map((host) => host.replace(/^registry\..*(?=:)/u, 'packages.example.com')),
    }),
    ...(volumes !== undefined && { volumes: volumes.map(lengthOf) }),
  };
}

const lengthOf = (prose: Prose): number => (typeof prose === 'number' ? prose : prose.length);

/** The length of prose, where it is one that a reader might mind. */
function unusual<Field extends string>(
  field: Field,
  prose: Prose | undefined,
  least: number,
  most: number,
): { readonly [Key in Field]?: number } {
  const length = lengthOf(prose ?? least);
  return length >= least && length <= most ? {} : ({ [field]: length } as { readonly [Key in Field]?: number });
}

const stripPackage = ({ id, arguments: words, environment, runtime, ...rest }: PackageFacts): PackageFacts => ({
  ...rest,
  id: ['oci', 'docker'].includes(rest.type) ? id.replace(/^[^/@]*[.:][^/]*\//u, 'containers.example.com/') : id,
  ...(words !== undefined && { arguments: words.map(stripArgument) }),
  ...(environment !== undefined && { environment: environment.map(stripVariable) }),
  ...(runtime !== undefined && { runtime: runtime.map(stripArgument) }),
});

const stripArgument = ({ option, place, description, value, ...rest }: ArgumentFacts): ArgumentFacts => ({
  ...(option !== undefined && { option: stripOption(option) }),
  ...(place !== undefined && plainPlace.test(place) && { place }),
  ...rest,
  ...unusual('description', description, 1, 500),
  ...(value !== undefined && { value: typeof value === 'string' && plainOption.test(value) ? value : lengthOf(value) }),
});

const plainOption = /^--?[A-Za-z][\w.-]*$/u;
/** What stands for a word in a message, not an example of it. */
const plainPlace = /^<?[A-Za-z][\w-]{0,40}>?$/u;

/** An option as it is; of what some lists write behind it or in its place, only the shape. */
const stripOption = (name: string): string => {
  const head = /^--?[A-Za-z][\w.-]*/u.exec(name)?.[0] ?? '';
  const shape = name.slice(head.length).replaceAll(/[^A-Za-z0-9\s=._-]/gu, '*');
  return head + shape.replaceAll(/[A-Za-z]/gu, 'a').replaceAll(/[0-9]/gu, '1');
};

/** What stands for a variable stays, with the word before it. */
const stripHeader = ({ value, ...rest }: HeaderFacts): HeaderFacts => ({
  ...stripVariable(rest),
  ...(value !== undefined && {
    value: typeof value === 'string' && /^(?:[A-Za-z]+ )?\{[\w.-]+\}$/u.test(value) ? value : lengthOf(value),
  }),
});

const stripVariable = ({ description, preset, ...rest }: VariableFacts): VariableFacts => ({
  ...rest,
  ...unusual('description', description, 1, 500),
  ...unusual('preset', preset, 0, 2000),
});
