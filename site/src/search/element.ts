import { pieces } from '../words/untrusted.ts';

/** An element with attributes and children. Text stays text. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

export const link = (href: string, words: string): HTMLAnchorElement => element('a', { href }, words);

/** As `Text.astro`: text from outside, with hidden characters named at their place. */
export const outsideText = (text: string): HTMLElement =>
  element(
    'bdi',
    {},
    ...pieces(text).map((piece) =>
      piece.kind === 'hidden' ? element('span', { class: 'hidden-character' }, piece.label) : piece.text,
    ),
  );
