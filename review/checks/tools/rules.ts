/** The rules about what a server shows when it is started. */
import type { Rule } from '../../verdict/finding.ts';

export const toolsRules = [
  {
    id: 'tools-differ',
    level: 'block',
    about: 'A server that shows other tools, prompts, resources or instructions than its lock says.',
  },
  { id: 'tools-not-captured', level: 'review', about: 'A server whose tools could not be compared with its lock.' },
  {
    id: 'tools-not-pinned',
    level: 'review',
    about:
      'A server with prompts or resources that its lock does not contain, because it does not always show the same.',
  },
] as const satisfies readonly Rule[];
