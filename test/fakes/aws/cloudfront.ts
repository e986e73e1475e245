/** CloudFront's CreateInvalidation, and GetInvalidation, which says that it is done. */
import { AwsError, notImplemented } from './aws-error.ts';
import type { Answer, Request } from './call.ts';
import { childrenOf, parseXml, textOf, writeXml } from './xml.ts';

export interface Invalidation {
  readonly distribution: string;
  readonly id: string;
  /** The caller's: the same again makes no second invalidation. */
  readonly reference: string;
  readonly paths: readonly string[];
}

const namespace = 'http://cloudfront.amazonaws.com/doc/2020-05-31/';
const form = /^\/2020-05-31\/distribution\/(?<distribution>E[A-Z0-9]{1,20})\/invalidation(?:\/(?<id>[A-Z0-9]+))?$/u;

export function cloudFrontOperation({ method, path }: Pick<Request, 'method' | 'path'>): string {
  const found = form.exec(path)?.groups;
  if (found !== undefined && method === 'POST' && found['id'] === undefined) return 'CreateInvalidation';
  return found?.['id'] !== undefined && method === 'GET' ? 'GetInvalidation' : 'Unknown';
}

export const distributionOf = (path: string): string => form.exec(path)?.groups?.['distribution'] ?? path;

/** @throws AwsError */
export function answerCloudFront(request: Request, made: Invalidation[], denied: ReadonlySet<string>): Answer {
  if (request.operation === 'Unknown') throw notImplemented(`${request.method} ${request.path}`);
  if (denied.has(request.operation)) throw new AwsError('AccessDenied', 'is not authorized to perform this', 403);
  const { distribution = '', id } = form.exec(request.path)?.groups ?? {};
  const same = (it: Invalidation): boolean => it.distribution === distribution;
  if (request.operation === 'GetInvalidation') {
    const found = made.find((it) => same(it) && it.id === id);
    if (found === undefined)
      throw new AwsError('NoSuchInvalidation', 'The specified invalidation does not exist.', 404);
    return { status: 200, headers: { 'content-type': 'text/xml' }, body: document(found, request.now) };
  }
  const batch = parseXml(request.body.toString());
  if (batch.name !== 'InvalidationBatch') throw notImplemented(batch.name);
  childrenOf(batch, 'Paths', 'CallerReference');
  const list = batch.children.find(({ name }) => name === 'Paths');
  const items = list?.children.find(({ name }) => name === 'Items');
  const paths = items === undefined ? [] : childrenOf(items, 'Path').map(({ text }) => text);
  const reference = textOf(batch, 'CallerReference') ?? '';
  if (list === undefined || Number(textOf(list, 'Quantity')) !== paths.length || paths.length === 0)
    throw new AwsError('InconsistentQuantities', 'The value of Quantity and the size of Items do not match.');
  if (reference === '' || !paths.every((path) => /^\/[\x21-\x7e]*$/u.test(path) && /^[^*]*\*?$/u.test(path)))
    throw new AwsError('InvalidArgument', 'Your request contains one or more invalid invalidation paths.');
  const before = made.find((it) => same(it) && it.reference === reference);
  if (before !== undefined && before.paths.join('\n') !== paths.join('\n'))
    throw new AwsError('InvalidationBatchAlreadyExists', 'The caller reference was used with other content.');
  const found = before ?? { distribution, id: `I${String(made.length + 1).padStart(13, '0')}`, reference, paths };
  if (before === undefined) made.push(found);
  return { status: 201, headers: { 'content-type': 'text/xml' }, body: document(found, request.now) };
}

const document = ({ id, reference, paths }: Invalidation, now: Date): string =>
  writeXml('Invalidation', namespace, [
    ['Id', id],
    ['Status', 'Completed'],
    ['CreateTime', now.toISOString()],
    [
      'InvalidationBatch',
      [
        [
          'Paths',
          [
            ['Quantity', paths.length],
            ['Items', paths.map((path) => ['Path', path] as const)],
          ],
        ],
        ['CallerReference', reference],
      ],
    ],
  ]);
