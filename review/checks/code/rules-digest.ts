import { readFileSync } from 'node:fs';
import xray from '@nodesecure/js-x-ray/package.json' with { type: 'json' };
import yara from '@virustotal/yara-x/package.json' with { type: 'json' };
import { canonicalJson } from '../../../core/canonical.ts';
import { sha256 } from '../../../core/digest.ts';
import { ruleSources } from './rule-sources.ts';

/** The modules that, together with the files of rules, decide what is found and which findings count. */
const modules = [
  'archives.ts',
  'asks.ts',
  'comments.ts',
  'hidden-characters.ts',
  'image.ts',
  'install-scripts.ts',
  'loaded.ts',
  'native.ts',
  'observations.ts',
  'package-fields.ts',
  'package-managers.ts',
  'patterns.ts',
  'program/dropped.ts',
  'program/identity.ts',
  'program/known-names.ts',
  'program/meaning.ts',
  'program/nodes.ts',
  'program/read-program.ts',
  'program/received.ts',
  'program/run-text.ts',
  'program/scopes.ts',
  'program/starts.ts',
  'program/text-calls.ts',
  'raised.ts',
  'reach.ts',
  'references.ts',
  'report.ts',
  'rules.ts',
  'scan-files.ts',
  'search-image.ts',
  'searched.ts',
  'syntax.ts',
  'unfold.ts',
];

/** SHA-256 over everything that decides what is found in code. Equal digests mean equal findings. */
export const codeRulesDigest = (): string =>
  sha256(
    canonicalJson({
      'js-x-ray': xray.version,
      'yara-x': yara.version,
      rules: Object.fromEntries([...ruleSources()].map(([name, text]) => [name, sha256(text)])),
      modules: Object.fromEntries(
        modules.map((name) => [name, sha256(readFileSync(new URL(name, import.meta.url), 'utf8'))]),
      ),
    }),
  );
