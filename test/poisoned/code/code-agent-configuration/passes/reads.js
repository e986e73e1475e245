import { existsSync } from 'node:fs';
export const client = () => (existsSync('.cursor/mcp.json') ? 'cursor' : existsSync('CLAUDE.md') ? 'claude' : 'unknown');
