/** Reviews, small and valid: a test changes the one thing it is about. */
import type { Review, ServerReview } from '../../schemas/types.ts';

export const aServerReview = (change: Partial<ServerReview> = {}): ServerReview => ({
  name: 'memory',
  version: '1.0.0',
  change: 'changed',
  verdict: 'may-merge',
  reviewers: ['platform'],
  gains: [],
  checks: [{ check: 'policy', result: 'passed', detail: 'the manifest' }],
  findings: [],
  provenance: { kind: 'none', why: 'the npm registry has no attestation of it' },
  ...change,
});

export const aReview = (change: Partial<Review> = {}): Review => ({
  schemaVersion: 1,
  commit: 'c'.repeat(40),
  base: 'b'.repeat(40),
  moment: '2026-11-21T00:00:00Z',
  policy: 'a'.repeat(64),
  rules: 'd'.repeat(64),
  advisories: { source: 'folder:advisories', asOf: '2026-11-20', records: 40 },
  verdict: 'may-merge',
  problems: [],
  servers: [aServerReview()],
  ...change,
});
