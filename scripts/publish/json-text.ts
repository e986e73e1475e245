/** JSON whose lists are made of texts that are JSON already. */
import { canonicalJson } from '../../core/canonical.ts';

export const jsonText = (value: unknown): string => Buffer.from(canonicalJson(value)).toString('utf8');

/** An object with one more field, a list. Its fields are sorted, but that one is the last. */
export function withList(object: object, field: string, items: readonly (string | Uint8Array)[]): Uint8Array {
  const head = jsonText(object).slice(0, -1);
  const comma = Buffer.from(',');
  return Buffer.concat([
    Buffer.from(`${head}${head === '{' ? '' : ','}${JSON.stringify(field)}:[`),
    ...items.flatMap((item, index) => [
      ...(index === 0 ? [] : [comma]),
      typeof item === 'string' ? Buffer.from(item) : item,
    ]),
    Buffer.from(']}'),
  ]);
}
