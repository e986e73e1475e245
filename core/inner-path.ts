/** A backslash or a colon would be a separator or a stream on Windows; a control character hides from reviewers. */
const forbidden = /[\\:\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** Whether a path with forward slashes stays inside the folder that it is relative to, wherever it is extracted. */
export const isInnerPath = (path: string): boolean =>
  !forbidden.test(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
