import type { DescribedCommit, DescribedPerson } from '../../catalog/objects/rebuild-commit.ts';

/**
 * A commit as a forge describes it: the times without their zones, the message without its final newlines, and of a signed
 * commit the text that was signed.
 */
export function describedByForge(raw: Buffer): DescribedCommit {
  const text = raw.toString('utf8');
  const [head = ''] = text.split('\n\n', 1);
  const valuesOf = (key: string): string[] =>
    head.split('\n').flatMap((line) => (line.startsWith(`${key} `) ? line.slice(key.length + 1) : []));
  const personIn = (value = ''): DescribedPerson => {
    const {
      name = '',
      email = '',
      seconds,
    } = /^(?<name>.*) <(?<email>.*)> (?<seconds>\d+) \S+$/u.exec(value)?.groups ?? {};
    return { name, email, at: new Date(Number(seconds) * 1000) };
  };
  const signature = /^gpgsig(?:-sha256)? (?<lines>.*\n(?: .*\n)*)/mu.exec(`${head}\n`);
  return {
    tree: valuesOf('tree')[0] ?? '',
    parents: valuesOf('parent'),
    author: personIn(valuesOf('author')[0]),
    committer: personIn(valuesOf('committer')[0]),
    message: text.slice(head.length + 2).replace(/\n+$/u, ''),
    ...(signature !== null && {
      signed: {
        payload: text.replace(signature[0], ''),
        signature: (signature.groups?.['lines'] ?? '').replaceAll('\n ', '\n'),
      },
    }),
  };
}
