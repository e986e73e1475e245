export const isolate = (text) => `\u2068${text}\u2069`;
