/** Runs of encoded text, and what they say. */
import type { Reading } from './fold.ts';
import type { Found } from './rules.ts';
import { quoted } from './quoted.ts';

interface Encoding {
  readonly name: string;
  readonly run: RegExp;
  readonly decode: (run: string) => string | undefined;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function asText(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

const codes = (run: string, each: RegExp, radix: number): string | undefined => {
  const values = [...run.matchAll(each)].map(([, digits = '']) => Number.parseInt(digits, radix));
  return values.every((value) => value <= 0x10ffff) ? String.fromCodePoint(...values) : undefined;
};

/** Runs long enough for a few words. Their length has a limit, because a decoded text is in memory as a whole. */
const encodings: readonly Encoding[] = [
  {
    name: 'base64',
    run: /[A-Za-z0-9+/_-]{24,4000}={0,2}/gu,
    decode: (run) => asText(Buffer.from(run, 'base64')),
  },
  {
    name: 'hexadecimal',
    run: /(?:[0-9a-f]{2}[ ,:]?){14,2000}/giu,
    decode: (run) => asText(Buffer.from(run.replace(/[ ,:]/gu, ''), 'hex')),
  },
  {
    name: 'escapes',
    run: /(?:\\x[0-9a-f]{2}){8,1000}/giu,
    decode: (run) => codes(run, /\\x([0-9a-f]{2})/giu, 16),
  },
  {
    name: 'escapes',
    run: /(?:\\u\{?[0-9a-f]{2,6}\}?){8,1000}/giu,
    decode: (run) => codes(run, /\\u\{?([0-9a-f]{2,6})/giu, 16),
  },
  {
    name: 'escapes',
    run: /(?:%[0-9a-f]{2}){8,1000}/giu,
    decode: (run) => asText(Buffer.from(run.replaceAll('%', ''), 'hex')),
  },
  {
    name: 'entities',
    run: /(?:&#\d{1,7};){8,1000}/gu,
    decode: (run) => codes(run, /&#(\d{1,7})/gu, 10),
  },
  {
    name: 'entities',
    run: /(?:&#x[0-9a-f]{1,6};){8,1000}/giu,
    decode: (run) => codes(run, /&#x([0-9a-f]{1,6})/giu, 16),
  },
  {
    name: 'character codes',
    run: /(?:\d{2,3}[ ,][ ]?){11,1000}\d{2,3}/gu,
    decode: (run) => codes(run, /(\d{2,3})/gu, 10),
  },
];

/** The most severe encoded run of each text. `breaksRules` says whether a decoded text breaks a rule that blocks. */
export function encodedIn({ text }: Reading, breaksRules: (decoded: string) => boolean): Found[] {
  let possible: Found | undefined;
  for (const { name, run, decode } of encodings)
    for (const encoded of runsOf(text, run)) {
      const decoded = decode(encoded);
      if (decoded === undefined || !isPrintable(decoded)) continue;
      const what = `has ${name} that say ${quoted(decoded)}`;
      if (breaksRules(decoded)) return [{ rule: 'text-encoded', level: 'block', what }];
      if (isProse(decoded)) possible ??= { rule: 'text-encoded', level: 'review', what };
    }
  return possible === undefined ? [] : [possible];
}

/** The runs of a text, first unchanged, then with its lines joined: a long run may be broken into lines. */
function* runsOf(text: string, run: RegExp): Generator<string> {
  for (const [encoded] of text.matchAll(run)) yield encoded;
  if (text.includes('\n')) for (const [encoded] of text.replace(/\s*\n\s*/gu, '').matchAll(run)) yield encoded;
}

const isPrintable = (text: string): boolean => !/[\p{Cc}\p{Cn}\p{Co}\p{Cs}]/u.test(text.replace(/[\t\n\r]/gu, ''));

/** Words with spaces between them, and little else: not the JSON of a token, not a list of numbers. */
const isProse = (text: string): boolean =>
  !/^[{[]/u.test(text) &&
  (text.match(/\p{L}{2} /gu) ?? []).length >= 2 &&
  (text.match(/[\p{L} ]/gu) ?? []).length * 10 >= text.length * 7;
