import { encodeKey } from '../route.ts';
import type { ExportedRegistry } from './export.ts';

/** Where a path below `dist/` is published. */
export const addressOf = ({ url }: Pick<ExportedRegistry, 'url'>, path: string): string => `${url}/${encodeKey(path)}`;
