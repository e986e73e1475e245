import satisfies from 'spdx-satisfies';

export type LicenseVerdict = 'allowed' | 'not-allowed' | 'unknown';

/** Whether an SPDX expression can be met with allowed licences alone. */
export function licenseVerdict(expression: string, allowed: readonly string[]): LicenseVerdict {
  try {
    return satisfies(expression, [...allowed]) ? 'allowed' : 'not-allowed';
  } catch {
    // It throws on what is no expression, such as "SEE LICENSE IN LICENSE".
    return 'unknown';
  }
}
