/** Tells a client why there is no server: many show the answer to their first request, and none of the words on standard error. */
import { once } from 'node:events';
import { errorLine, codes, readMessage } from '../proxy/message.ts';
import { StreamChannel } from '../proxy/channel.ts';

/** Answers the first request, if one comes soon. A terminal is no client. */
export async function answerRefusal(message: string): Promise<void> {
  if (process.stdin.isTTY) return;
  const client = new StreamChannel(process.stdin, process.stdout);
  const late = setTimeout(() => process.stdin.destroy(), firstRequestMs);
  for await (const received of client.received()) {
    if (received.kind !== 'line') break;
    const first = readMessage(received.line);
    if (first.kind === 'request') {
      await client.send(errorLine(first.id, { code: codes.refused, message }));
      break;
    }
  }
  clearTimeout(late);
  process.stdin.destroy();
  if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
}

/** Clients send their first request at once. */
const firstRequestMs = 1_000;
