/** The fields of a wheel's METADATA and WHEEL: a header as in e-mail (https://packaging.python.org/en/latest/specifications/core-metadata/). */

/** The values by the name of the field in lower case, in the order of the file. */
export type Fields = ReadonlyMap<string, readonly string[]>;

/** As Python reads it: the header ends at an empty line, or at one that is no field. */
export function readFields(content: Uint8Array): Fields {
  const fields = new Map<string, string[]>();
  let values: string[] | undefined;
  for (const line of Buffer.from(content)
    .toString('utf8')
    .split(/\r\n|\r|\n/u)) {
    if (/^[ \t]/u.test(line) && values !== undefined) {
      values.push(`${values.pop() ?? ''}\n${line.trim()}`);
      continue;
    }
    const { name, value } = /^(?<name>[!-9;-~]+):(?<value>.*)$/su.exec(line)?.groups ?? {};
    if (name === undefined || value === undefined) break;
    const key = name.toLowerCase();
    values = fields.get(key) ?? [];
    fields.set(key, values);
    values.push(value.trim());
  }
  return fields;
}

/** What a METADATA says at length, as a README: behind the header, or in a field of it. */
export function descriptionIn(content: Uint8Array): string {
  const text = Buffer.from(content).toString('utf8');
  const end = /\r\n\r\n|\n\n|\r\r/u.exec(text);
  const body = end === null ? '' : text.slice(end.index).trim();
  return body === '' ? (readFields(content).get('description')?.[0] ?? '') : body;
}
