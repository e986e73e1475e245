/** Text from manifests as text in XML. */
import { plainText } from '../short-text.ts';

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** In one line, for elements and for attributes in quotes. What XML 1.0 cannot hold is not in it. */
export const xmlText = (text: string): string => plainText(text).replace(/[&<>"']/g, (sign) => entities[sign] ?? '');
