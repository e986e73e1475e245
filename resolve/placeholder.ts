/** Placeholders for values of the user, used while a server's tools are captured. None of them is a working credential. */

import { hasFormat, type InputFormat } from '../core/input-format.ts';

/** The requested input. */
interface Asked {
  readonly name: string;
  readonly choices?: readonly string[] | undefined;
  readonly placeholder?: string | undefined;
  readonly format?: InputFormat | undefined;
}

const word = 'placeholder';

/** Placeholders by name; the first match is used. Nothing listens at these addresses, inside or outside a sandbox. */
const shapes: readonly (readonly [RegExp, (home: string) => string])[] = [
  [
    /(?:POSTGRES|PG|SUPABASE|NEON)\w*(?:URL|URI|STRING|DSN)|^DATABASE_UR[IL]$|^DB_UR[IL]$/u,
    () => database('postgresql'),
  ],
  [/MONGO\w*(?:URL|URI|STRING|DSN)/u, () => database('mongodb')],
  [/(?:MYSQL|MARIADB)\w*(?:URL|URI|STRING|DSN)/u, () => database('mysql')],
  [/REDIS\w*(?:URL|URI|STRING|DSN)/u, () => 'redis://localhost:6379'],
  [/(?:DATABASE|DB|CONNECTION)\w*(?:URL|URI|STRING|DSN)|CONNECTION$/u, () => database('postgresql')],
  [/(?:_|^)(?:URL|URI|ENDPOINT|INSTANCE|SERVER|SITE|ORIGIN|API_BASE|BASE)$/u, () => 'https://placeholder.example.com'],
  [/(?:_|^)(?:HOST|HOSTNAME|DOMAIN)$/u, () => 'placeholder.example.com'],
  [/(?:_|^)PORT$/u, () => '8080'],
  [/(?:_|^)(?:EMAIL|MAIL|USER_EMAIL)$/u, () => 'placeholder@example.com'],
  [/(?:_|^)(?:TIMEOUT|LIMIT|SECONDS|MS|SIZE|COUNT|MAX|MIN)$/u, () => '10'],
  [/(?:_|^)(?:PATH|PATHS|DIR|DIRS|DIRECTORY|DIRECTORIES|FOLDER|FOLDERS|ROOT|HOME|VAULT|WORKSPACE)$/u, (home) => home],
  [/(?:_|^)(?:UUID|GUID|TENANT_ID|SUBSCRIPTION_ID)$/u, () => '00000000-0000-4000-8000-000000000000'],
];

const database = (scheme: string): string => `${scheme}://${word}:${word}@localhost/${word}`;

/** Names of a file that a server makes where there is none yet. */
const isDatabase = /(?:_|^)(?:DB|DATABASE|SQLITE)(?:_PATH|_FILE)?$/u;

/** The placeholder in the manifest, one of the choices, or a value in the form that the name suggests. */
export function placeholderFor({ name, choices, placeholder, format }: Asked, home: string): string {
  if (placeholder !== undefined) return placeholder;
  if (choices?.[0] !== undefined) return choices[0];
  if (format === 'boolean') return 'true';
  const plain = name
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])/gu, '_')
    .replaceAll(/[^A-Za-z0-9]+/gu, '_')
    .replaceAll(/^_|_$/gu, '')
    .toUpperCase();
  if (format === 'filepath') return isDatabase.test(plain) ? `${home}/${word}.db` : home;
  const shaped = shapes.find(([pattern]) => pattern.test(plain))?.[1](home) ?? word;
  return hasFormat(shaped, format) ? shaped : '1';
}
