/** Paths inside a package, a closure or a store. Their separator is the forward slash on every system. */

/** A backslash or a colon would be a separator or a stream on Windows; a control character hides from reviewers. */
const forbidden = /[\\:\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** Whether a relative path with forward slashes stays inside its folder on every system. */
export const isInnerPath = (path: string): boolean =>
  !forbidden.test(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');

/** The folder that a path lies in; the empty string at the top. */
export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** The package around one of a closure, by their `node_modules` paths; the empty string around the outermost. */
export const packageAround = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/node_modules/')));

/** A version as the name of one folder: it may hold slashes, and `*`, which Windows does not take. */
export const versionFolder = (version: string): string => encodeURIComponent(version).replaceAll('*', '%2A');
