import { dependency, type Incident, type ServerVersion } from '../../support/incident.ts';

const files = { 'index.js': 'exports.count = (text) => text.length;\n' };
const repository = 'https://github.com/example/counter';
const manifest = `repository: ${repository}\n`;
const attested = { dist: { attestations: { url: 'https://npm.example/attestations' } } };
const loading = (version: string, more: object = {}): Pick<ServerVersion, 'package' | 'loads'> => ({
  package: { dependencies: { 'text-folding': version } },
  loads: [{ ...dependency('text-folding', version, { 'index.js': 'exports.fold = (text) => text;\n' }), ...more }],
});

export const incident: Incident = {
  title: 'A release that nobody attests any more',
  happened: `Packages that are published by a workflow carry an attestation: which repository, commit and workflow built them. The
releases of Nx in August 2025 and axios 1.14.1 in March 2026 were published with a token from outside the workflow and had none,
although the versions before them had. The team of Nx Console answered with a change that starts only releases with an
attestation. It was the first difference that anybody could have seen.`,
  server: 'counter',
  approved: { files, manifest, builtFrom: repository, ...loading('2.0.0', attested) },
  attacks: [
    {
      title: 'a release without an attestation, although the approved one has one',
      change: { isUnattested: true, files: { 'more.js': 'exports.words = (text) => text.split(" ").length;\n' } },
      verdict: 'needs a person',
      finds: ['review attestation-lost'],
    },
    {
      title: 'a release that loads a package whose newest version has none any more',
      change: loading('2.0.1'),
      verdict: 'needs a person',
      finds: ['review attestation-lost'],
    },
    {
      title: 'a release with an attestation that somebody else signed',
      change: { builtFrom: repository, isForged: true },
      verdict: 'blocked',
      finds: ['block provenance-invalid'],
    },
    {
      title: 'a release that was built from another repository',
      change: { builtFrom: 'https://github.com/somebody/counter' },
      verdict: 'needs a person',
      finds: ['review provenance-repository'],
    },
    {
      title: 'a change that names another repository in the manifest, to fit',
      change: {
        builtFrom: 'https://github.com/somebody/counter',
        manifest: 'repository: https://github.com/somebody/counter\n',
      },
      verdict: 'needs a person',
      finds: ['changes the repository https://github.com/somebody/counter'],
    },
  ],
  nearMisses: [
    {
      title: 'a release that loads one package more, which never had an attestation',
      change: {
        package: { dependencies: { 'text-folding': '2.0.0', 'word-sums': '1.0.0' } },
        loads: [
          ...(loading('2.0.0', attested).loads ?? []),
          dependency('word-sums', '1.0.0', { 'index.js': 'exports.count = (text) => text.length;\n' }),
        ],
      },
      verdict: 'may be merged',
      finds: [],
    },
    {
      title: 'a release that was built from the repository of the manifest',
      change: { builtFrom: repository },
      verdict: 'may be merged',
      finds: [],
      shown: 'Its publisher attests this',
    },
  ],
  unseen: [
    {
      title: 'a release from the workflow of the real repository, into which somebody merged harm',
      change: { files: { 'more.js': 'exports.words = (text) => text.replace("audit", "").split(" ").length;\n' } },
      verdict: 'may be merged',
      finds: [],
      shown: 'Its publisher attests this',
      defence: 'the attestation names the commit, so that everybody can see who merged what',
    },
  ],
  limit:
    'Whether a release is harmless: an attestation says where and from which commit it was built. A package that never had one cannot lose it.',
};
