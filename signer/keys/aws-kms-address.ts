import { didYouMean } from '../../core/did-you-mean.ts';
import { UsageError } from '../../core/failure.ts';

/** The parts of `awskms:///<key>?region=…&endpoint=…`. For an absent part, the SDK's own configuration is used. */
export interface AwsAddress {
  /** For people: without the query. */
  readonly name: string;
  readonly id: string;
  readonly region?: string;
  readonly endpoint?: string;
}

const parameters = ['region', 'endpoint'];
const example =
  'write awskms:///alias/<name>, awskms:///<key id> or awskms:///<ARN>, and ?region=<region> where needed';

const keyId = /^(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/u;
const alias = /^alias\/[\w/-]{1,250}$/u;
const arn = /^arn:aws[a-z-]*:kms:(?<region>[a-z0-9-]+):\d{12}:(?<kind>key\/|)(?<resource>.+)$/u;

/** @throws UsageError */
export function readAwsAddress(address: string): AwsAddress {
  const {
    authority,
    id,
    query = '',
  } = /^awskms:(?:\/\/(?<authority>[^/?]*)\/)?(?<id>[^?]*)(?:\?(?<query>.*))?$/su.exec(address)?.groups ?? {};
  if (authority !== '')
    throw new UsageError('an awskms address has three slashes, and nothing between the second and the third', example);
  const found = arn.exec(id ?? '')?.groups;
  const { kind = 'key/', resource = id ?? '', region: arnRegion } = found ?? {};
  if (!(kind === 'key/' && keyId.test(resource)) && !((found === undefined || kind === '') && alias.test(resource)))
    throw new UsageError(`awskms:///${id} names no key: it is neither a key id nor an alias nor an ARN`, example);
  const { region = arnRegion, endpoint } = readQuery(query);
  if (arnRegion !== undefined && region !== arnRegion)
    throw new UsageError(`the ARN names the region ${arnRegion}, and ?region= another one`, 'leave ?region= out');
  return {
    name: `awskms:///${id}`,
    id: id ?? '',
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
  };
}

function readQuery(query: string): { readonly region?: string; readonly endpoint?: string } {
  const given = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    // Values are not shown, because the value of an unknown parameter may be a secret.
    if (!parameters.includes(name))
      throw new UsageError(`an awskms address has no parameter ${name}${didYouMean(name, parameters)}`, example);
    if (given.has(name)) throw new UsageError(`an awskms address has ${name} once`, `leave one of them out`);
    given.set(name, value);
  }
  const region = given.get('region');
  if (region !== undefined && !/^[a-z]{2,}(?:-[a-z]+)+-\d+$/u.test(region))
    throw new UsageError('the region of an awskms address is none', 'write it as AWS does: eu-central-1');
  const endpoint = given.get('endpoint');
  if (endpoint !== undefined && !isSafeEndpoint(endpoint))
    throw new UsageError(
      'the endpoint of an awskms address is no https address without a user and a query',
      'write https://<host>; http is for this machine only',
    );
  return { ...(region !== undefined && { region }), ...(endpoint !== undefined && { endpoint }) };
}

/** Without TLS, an attacker could answer with a public key of their own. */
export function isSafeEndpoint(endpoint: string): boolean {
  const url = URL.parse(endpoint);
  if (url === null || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return false;
  return (
    url.protocol === 'https:' ||
    (url.protocol === 'http:' && /^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])$/u.test(url.hostname))
  );
}
