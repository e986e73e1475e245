export const toText = (bytes) => String.fromCharCode(...bytes);
export const fromBase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
export const evaluates = (code) => code.evaluate();
