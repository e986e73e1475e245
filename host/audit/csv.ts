import type { AuditEvent } from '../../schemas/types.ts';
import { namedFields, valueOf } from './otel-names.ts';

export const csvHeader = ['time', 'event', 'device', ...namedFields.map(({ field }) => field)].join(',');

/** One row (RFC 4180), its end left out. */
export const csvRow = (event: AuditEvent): string =>
  [event.time, event.event, event.device, ...namedFields.map((named) => valueOf(event, named))].map(cell).join(',');

/** A spreadsheet would run a text that begins like a formula; with an apostrophe before it, it shows it. */
function cell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
