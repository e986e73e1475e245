/** What an installation makes before first use: the compiled schemas, and the bundled `countersign` command. */
import { bundleHost } from './host.ts';
import { compileValidators } from './validators.ts';

await compileValidators();
await bundleHost();
