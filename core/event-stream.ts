/** Reads an event stream (HTML Standard, 9.2.6), as far as MCP uses it. */

export interface StreamedEvent {
  /** `message` where the server names no other. */
  readonly type: string;
  readonly text: string;
  /** What a client names to be sent what came after this event: the last that the stream gave. */
  readonly id?: string;
  /** In milliseconds: how long the server wants a client to wait before it asks for the stream again. */
  readonly retryMs?: number;
}

/** The events of a stream, as they arrive. Whoever gives the chunks limits them. */
export async function* eventsIn(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<StreamedEvent> {
  let type = '';
  let lines: string[] = [];
  let kept: { readonly id?: string; readonly retryMs?: number } = {};
  for await (const line of linesIn(chunks)) {
    if (line === '') {
      // An event without text is none.
      if (lines.length > 0) yield { type: type === '' ? 'message' : type, text: lines.join('\n'), ...kept };
      type = '';
      lines = [];
      continue;
    }
    const colon = line.indexOf(':');
    const [field, value] = colon === -1 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).replace(/^ /u, '')];
    // Comments have no field.
    if (field === 'data') lines.push(value);
    else if (field === 'event') type = value;
    else if (field === 'id' && !value.includes('\0')) kept = { ...kept, id: value };
    else if (field === 'retry' && /^\d{1,9}$/u.test(value)) kept = { ...kept, retryMs: Number(value) };
  }
}

/** A line that has no end yet is not given. */
async function* linesIn(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  // Only what is new is searched, so that a long line costs no more than its length.
  let pending: string[] = [];
  let held = '';
  for await (const chunk of chunks) {
    const text = held + decoder.decode(chunk, { stream: true });
    // A return may be the first half of a line's end.
    held = text.endsWith('\r') ? '\r' : '';
    const [first = '', ...others] = text.slice(0, text.length - held.length).split(/\r\n|\n|\r/u);
    pending.push(first);
    for (const next of others) {
      yield pending.join('');
      pending = [next];
    }
  }
}
