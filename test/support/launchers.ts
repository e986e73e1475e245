/** Programs that are packed as the host's own is, and do nothing but say their version. */
import { tarballOf, type Entry } from './tarballs.ts';

export interface LauncherChange {
  /** Other fields of its package.json. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** What else is in the archive. */
  readonly more?: readonly Entry[];
  /** What the program says. */
  readonly says?: string;
}

export function aLauncher(version: string, { fields = {}, more = [], says = version }: LauncherChange = {}): Buffer {
  const manifest = {
    ...{ name: 'countersign', version, type: 'module', engines: { node: '>=24' } },
    bin: { countersign: 'bin/countersign.js' },
    ...fields,
  };
  return tarballOf([
    { path: 'package/package.json', content: JSON.stringify(manifest) },
    { path: 'package/bin/countersign.js', content: '#!/usr/bin/env node\nimport "../dist/countersign.js";\n' },
    { path: 'package/dist/countersign.js', content: `console.log(${JSON.stringify(says)});\n` },
    ...more,
  ]);
}
