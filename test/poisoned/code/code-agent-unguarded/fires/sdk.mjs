import { query } from '@anthropic-ai/claude-agent-sdk';
export const ask = (prompt) => query({ prompt, options: { permissionMode: 'bypassPermissions' } });
