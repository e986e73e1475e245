/** A part of a value in a manifest: as it stands, what a user gives, or the folder that the host keeps for the server. */
export type ValuePart =
  | { readonly kind: 'fixed'; readonly text: string }
  | { readonly kind: 'given'; readonly name: string }
  | { readonly kind: 'own-folder' };

/** The same in one text, for a sentence. */
export const inWords = (value: string): string =>
  valueParts(value)
    .map((part) => (part.kind === 'fixed' ? part.text : part.kind === 'given' ? `<${part.name}>` : 'its own folder'))
    .join('');

/** Splits a value at its placeholders: `${name}` for an input, `${state}` for the server's own folder. */
export function valueParts(value: string): ValuePart[] {
  return value.split(/(\$\{[^}]*\})/u).flatMap((text): ValuePart[] => {
    if (text === '') return [];
    const name = /^\$\{([^}]*)\}$/u.exec(text)?.[1];
    if (name === undefined) return [{ kind: 'fixed', text }];
    return name === 'state' ? [{ kind: 'own-folder' }] : [{ kind: 'given', name }];
  });
}
