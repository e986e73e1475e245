/** Prints which program this is, as JSON: what is deployed from this clone says it of itself. */
import { programDigest, version } from '../version.ts';

process.stdout.write(`${JSON.stringify({ digest: programDigest(), version })}\n`);
