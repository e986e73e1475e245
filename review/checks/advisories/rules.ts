/** The rules about advisories. */
import type { Rule } from '../../verdict/finding.ts';

export const advisoryRules = [
  {
    id: 'advisory',
    level: 'block',
    about: 'A package with known vulnerabilities. They block from the severity that policy.yaml names.',
  },
  { id: 'malware', level: 'block', about: 'A package that was made, or taken over, to do harm.' },
] as const satisfies readonly Rule[];
