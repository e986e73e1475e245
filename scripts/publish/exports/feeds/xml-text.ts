/** Text from manifests as text in XML. */

/**
 * What XML 1.0 cannot hold, and what makes text look different from what it is. A newline becomes a space: titles and
 * summaries are one line.
 */
const unwanted = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\ufffe\uffff]+/gu;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For elements and for attributes in quotes. */
export const xmlText = (text: string): string =>
  text.replace(unwanted, ' ').replace(/[&<>"']/g, (sign) => entities[sign] ?? '');
