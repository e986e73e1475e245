import { approvedRegistry } from './sign.ts';
console.time('make'); await approvedRegistry(process.argv[2] ?? '', Number(process.argv[3])); console.timeEnd('make');
