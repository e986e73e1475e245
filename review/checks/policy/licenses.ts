import satisfies from 'spdx-satisfies';

export type LicenseVerdict = 'allowed' | 'not-allowed' | 'unknown';

/** Whether an SPDX expression can be met with only the allowed licences. */
export function licenseVerdict(expression: string, allowed: readonly string[]): LicenseVerdict {
  try {
    return satisfies(expression, [...allowed]) ? 'allowed' : 'not-allowed';
  } catch {
    // It throws if the text is not an expression, such as "SEE LICENSE IN LICENSE".
    return 'unknown';
  }
}
