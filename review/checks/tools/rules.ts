/** The rules about the tools that a server shows. */
import type { Rule } from '../../verdict/finding.ts';

export const toolsRules = [
  { id: 'tools-differ', level: 'block', about: 'A server whose tools differ from its lock.' },
  { id: 'tools-not-captured', level: 'review', about: 'A server whose tools could not be compared with its lock.' },
] as const satisfies readonly Rule[];
