import { canonicalJson } from '../../core/canonical.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { mutateJson, type Json } from './mutate-json.ts';
import type { Random } from './random.ts';

export type Mutator = (random: Random) => Uint8Array;

/** Makes other files of a JSON file: other bytes, other JSON, and in a bundle another payload, never signed again. */
export function mutatorOf(bytes: Uint8Array): Mutator {
  const text = Buffer.from(bytes).toString('utf8');
  const document = JSON.parse(text) as Json;
  const payload = /"payload":"(?<base64>[^"]+)"/u.exec(text)?.groups?.['base64'];
  const inner = payload === undefined ? undefined : mutatorOf(Buffer.from(payload, 'base64'));
  const once: Mutator = (random) => {
    if (payload !== undefined && inner !== undefined && random(3) === 0)
      return Buffer.from(text.replace(payload, Buffer.from(inner(random)).toString('base64')));
    return random(3) === 0 ? mutateBytes(Buffer.from(bytes), random) : mutateJson(document, random);
  };
  return (random) => {
    for (let tries = 0; tries < 20; tries++) {
      const made = once(random);
      if (Buffer.compare(made, bytes) !== 0) return made;
    }
    return canonicalJson(null);
  };
}
