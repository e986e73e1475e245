/** Titles that are disguised, or that can be taken for those of another server. */
import type { Problem } from '../../core/problem.ts';
import { isNewValue, type Base } from '../base.ts';
import { asName, differInNumber, skeletonOf } from './confusable.ts';
import type { RegistryFiles, SurveyedServer } from '../registry-files.ts';

/** Every new or changed title that hides its letters, or is confusable with an older title or name. */
export function checkTitles({ servers }: RegistryFiles<SurveyedServer>, base: Base): Problem[] {
  const fresh = new Set(servers.filter((server) => isNewValue(base, server, ({ title }) => title)));
  if (fresh.size === 0) return [];
  const problems: Problem[] = [];
  const report = ({ manifest: { file, locate } }: SurveyedServer, message: string, remedy: string): void =>
    void problems.push({ code: 'confusable-title', file, ...locate(['title']), message, remedy });
  for (const server of fresh) {
    const fault = disguise(server.manifest.value.title ?? '');
    if (fault !== undefined) report(server, `the title ${fault}`, 'write it in the letters that it seems to have');
  }
  // A name counts as a title too: a list may show either.
  const shown = servers.flatMap((server) => {
    const { title } = server.manifest.value;
    return [{ server, text: server.name }, ...(title === undefined ? [] : [{ server, text: title, titled: true }])];
  });
  const ordered = shown.toSorted((a, b) => Number(fresh.has(a.server)) - Number(fresh.has(b.server)));
  for (const [skeleton, group] of Map.groupBy(ordered, ({ text }) => skeletonOf(asName(text)))) {
    const [first] = group;
    // Servers that differ only in a number are a family, and may share a title.
    const second = group.find(({ server }) => !areFamily(server.name, first?.server.name ?? ''));
    if (skeleton === '' || first === undefined || second === undefined) continue;
    for (const { server, titled } of group.filter((each) => each.titled && fresh.has(each.server))) {
      const other = areFamily(server.name, first.server.name) ? second : first;
      const comesAfter = !fresh.has(other.server) || other.server.name < server.name || !other.titled;
      if (titled && comesAfter)
        report(
          server,
          `the title ${JSON.stringify(server.manifest.value.title)} can be taken for ${other.titled ? 'that' : 'the name'} of ${other.server.name}`,
          'choose a title that is not like another one, or have the security team add an exception to policy.yaml',
        );
    }
  }
  return problems;
}

const areFamily = (a: string, b: string): boolean => a === b || differInNumber(a, b);

const scripts = [
  ['Latin', /\p{Script=Latin}/u],
  ['Cyrillic', /\p{Script=Cyrillic}/u],
  ['Greek', /\p{Script=Greek}/u],
  ['Armenian', /\p{Script=Armenian}/u],
  ['Cherokee', /\p{Script=Cherokee}/u],
] as const;

/** How a title seems to have other letters than it has. */
function disguise(title: string): string | undefined {
  for (const word of title.split(/[^\p{L}\p{M}\p{N}\p{Cf}]+/u)) {
    const mixed = scripts.filter(([, letters]) => letters.test(word)).map(([script]) => script);
    if (mixed.length > 1) return `mixes ${mixed.join(' and ')} letters in one word`;
    if (/\p{L}\p{Cf}|\p{Cf}\p{L}/u.test(word)) return 'has invisible characters between its letters';
  }
  const dressed = [...title].find(
    (letter) =>
      /[^\p{ASCII}\P{L}]|[\u24b6-\u24e9\u{1f130}-\u{1f189}]/u.test(letter) &&
      /^[a-z]+$/iu.test(letter.normalize('NFKC')),
  );
  return dressed === undefined
    ? undefined
    : `has U+${(dressed.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')} in the place of ${dressed.normalize('NFKC')}`;
}
