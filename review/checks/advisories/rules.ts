/** The rules about what is known against packages. */
import type { Rule } from '../../verdict/finding.ts';

export const advisoryRules = [
  {
    id: 'advisory',
    level: 'block',
    about: 'A package has known vulnerabilities. They block from the severity on that policy.yaml names.',
  },
  { id: 'malware', level: 'block', about: 'A package is known to have been made, or taken over, to do harm.' },
] as const satisfies readonly Rule[];
