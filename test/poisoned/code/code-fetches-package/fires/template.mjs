import { $ } from 'zx';
await $`bunx text-checker ${path}`;
