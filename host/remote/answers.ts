/** What is the same in the answers of endpoints, whichever transport they speak. */
import type { Response } from '../../core/download.ts';
import { mediaTypeOf } from '../../core/endpoint-answer.ts';
import { Failure, messageOf } from '../../core/failure.ts';
import { mayHaveArrived } from './wire.ts';

export const unusable = (why: string): Failure =>
  new Failure('endpoint-answer', why, 'tell the maintainer of the server');

export const isStream = ({ status, headers }: Response): boolean =>
  status === 200 && mediaTypeOf(headers) === 'text/event-stream';

/** @throws Failure `endpoint-credentials` */
export function checkCredentials(name: string, status: number): void {
  if (status === 401 || status === 403)
    throw new Failure(
      'endpoint-credentials',
      `it answered ${status}: it does not take the credentials that it was given, or wants some`,
      `\`countersign credentials list ${name}\` shows which it has`,
    );
}

/** What a client reads in place of an answer. */
export function whyNoAnswer(name: string, method: string, error: unknown): string {
  const remedy = error instanceof Failure ? `; ${error.remedy}` : '';
  const unknown =
    method === 'tools/call' && mayHaveArrived(error)
      ? '. It may have done what it was asked, so look before you repeat it'
      : '';
  return `${name} gave no answer that can be used: ${messageOf(error)}${remedy}${unknown}`;
}
