/** Text from manifests as one part of a path below `dist/`. */

/**
 * Different texts give different parts, and none leads out of its folder. What manifests may hold today stays as it is;
 * any other sign is written as in an address.
 */
export const pathPart = (text: string): string =>
  encodeURIComponent(text)
    .replace(/[!'()*~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/^\./, '%2E');
