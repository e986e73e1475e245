import { anchorOf } from './anchor.ts';

/** The fragment that opens a tool on its server's page. */
export const toolAnchor = (name: string): string => anchorOf('tool', name);
