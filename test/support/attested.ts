/** What the tests of attestations have in common: one build on GitHub, and a Sigstore that attests it. */
import { expect } from 'vitest';
import type { ProvenanceSources } from '../../review/checks/provenance/sources.ts';
import { openTrust } from '../../review/checks/provenance/trust.ts';
import { fakeSigstore } from './sigstore.ts';

export const sigstore = fakeSigstore();
const trust = openTrust(sigstore.trustedRoot, sigstore.npmKeys, 'https://npm.example');

export const repository = 'https://github.com/example/mcp-postgres';
export const commit = 'c0ffee'.repeat(6).concat('c0ff');

/** The build that `githubExtensions()` are of. */
export const verified = {
  kind: 'verified',
  repository,
  commit,
  workflow: '.github/workflows/release.yml@refs/tags/v1.2.0',
} as const;

/** A test puts the one that it is about in its place. */
export const unasked: ProvenanceSources = {
  npm: { attestations: () => expect.unreachable() },
  pypi: () => expect.unreachable(),
  oci: () => expect.unreachable(),
  trust,
};
