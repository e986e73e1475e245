/** The `countersign` command. */
import { leaveOutRelativeHome } from '../core/home-variable.ts';
import { main } from './main.ts';

leaveOutRelativeHome(process.env);
await main(process.argv.slice(2));
