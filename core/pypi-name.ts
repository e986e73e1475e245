/** A Python project's name in its normal form (PEP 503): all its spellings are one project. */
export const normalPypiName = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/gu, '-');
