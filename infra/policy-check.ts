/**
 * Answers, for templates, what IAM would: may this principal do that? It knows the operators and forms that our policies
 * use, and stops at any other. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: unknown;
  readonly Action: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}
export type Resources = Readonly<Record<string, Resource>>;

export interface Asked {
  /** The ARN of the principal. */
  readonly who: string;
  readonly action: string;
  readonly resource: string;
  /** What a request says of itself, by the names that conditions use. */
  readonly context?: Readonly<Record<string, string>>;
}

export const list = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);

const account = '111122223333';
const names: Readonly<Record<string, readonly [property: string, arn: string]>> = {
  'AWS::S3::Bucket': ['BucketName', 'arn:aws:s3:::'],
  'AWS::IAM::Role': ['RoleName', `arn:aws:iam::${account}:role/`],
  'AWS::Lambda::Function': ['FunctionName', 'arn:aws:lambda:::function:'],
  'AWS::KMS::Key': ['', 'arn:aws:kms:::key/'],
  'AWS::Logs::LogGroup': ['LogGroupName', 'arn:aws:logs:::log-group:'],
  'AWS::SecretsManager::Secret': ['Name', 'arn:aws:secretsmanager:::secret:'],
};

/** Puts ARNs and names in place of what a template says of them. */
export function resolve(value: unknown, resources: Resources): unknown {
  if (Array.isArray(value)) return value.map((each) => resolve(each, resources));
  if (typeof value !== 'object' || value === null) return value;
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Record<string, unknown>;
  if (join !== undefined) {
    const [separator, parts] = join as [string, unknown[]];
    return (resolve(parts, resources) as string[]).join(separator);
  }
  const of = (ref ?? (attribute as string[] | undefined)?.[0]) as string | undefined;
  if (of === undefined)
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, resolve(each, resources)]));
  if (of === 'AWS::Partition') return 'aws';
  if (of === 'AWS::AccountId') return account;
  return arnOf(of, resources);
}

function arnOf(id: string, resources: Resources): string {
  const { Type: type = '', Properties: properties = {} } = resources[id] ?? {};
  const [property, start] = names[type] ?? ['', `${type}/`];
  return start + (typeof properties[property] === 'string' ? properties[property] : id);
}

export interface Policies {
  /** By the ARN of the principal. */
  readonly identity: ReadonlyMap<string, readonly Statement[]>;
  /** By the ARN of the resource; a bucket's holds for its objects too. */
  readonly resource: ReadonlyMap<string, readonly Statement[]>;
  /** The most that a principal can do, where that is bounded. */
  readonly boundary: ReadonlyMap<string, readonly Statement[]>;
}

export function policiesOf(resources: Resources, managed: Resources = resources): Policies {
  const identity = new Map<string, Statement[]>();
  const resource = new Map<string, Statement[]>();
  const boundary = new Map<string, Statement[]>();
  const statements = (document: unknown): Statement[] =>
    (resolve(document, resources) as { Statement: Statement[] }).Statement;
  for (const [id, { Type: type, Properties: of }] of Object.entries(resources)) {
    const at = (property: string): string => resolve(of[property], resources) as string;
    if (type === 'AWS::IAM::Policy')
      for (const role of resolve(of['Roles'], resources) as string[])
        identity.set(role, [...(identity.get(role) ?? []), ...statements(of['PolicyDocument'])]);
    if (type === 'AWS::S3::BucketPolicy') resource.set(at('Bucket'), statements(of['PolicyDocument']));
    if (type === 'AWS::SecretsManager::ResourcePolicy') resource.set(at('SecretId'), statements(of['ResourcePolicy']));
    if (type === 'AWS::KMS::Key') resource.set(arnOf(id, resources), statements(of['KeyPolicy']));
    if (type === 'AWS::IAM::Role' && of['PermissionsBoundary'] !== undefined) {
      const name = at('PermissionsBoundary').split('/').at(-1);
      const found = Object.values(managed).find((each) => each.Properties['ManagedPolicyName'] === name);
      const document = resolve(found?.Properties['PolicyDocument'], managed) as { Statement: Statement[] };
      boundary.set(arnOf(id, resources), document.Statement);
    }
  }
  return { identity, resource, boundary };
}

export function may({ identity, resource, boundary }: Policies, asked: Asked): boolean {
  const own = (identity.get(asked.who) ?? []).filter((each) => matches(each, asked));
  const ofResource = [...resource]
    .filter(([arn]) => asked.resource === arn || asked.resource.startsWith(`${arn}/`))
    .flatMap(([, statements]) => statements);
  const there = ofResource.filter((each) => isAbout(each, asked.who) && matches(each, asked));
  if ([...own, ...there].some(({ Effect: effect }) => effect === 'Deny')) return false;
  const bound = boundary.get(asked.who);
  const bounded = bound === undefined || bound.some((each) => each.Effect === 'Allow' && matches(each, asked));
  // A key is used by whoever its own policy names; the account's root there stands for what IAM allows.
  const named = there.some(({ Principal: principal }) => !isRoot(principal));
  if (asked.action.startsWith('kms:')) return named || (own.length > 0 && there.length > 0);
  return named || (own.length > 0 && bounded);
}

const principals = (principal: unknown): unknown[] =>
  typeof principal === 'string' ? [principal] : list((principal as { AWS?: unknown } | undefined)?.AWS);
const isRoot = (principal: unknown): boolean => principals(principal).join() === `arn:aws:iam::${account}:root`;
const isAbout = ({ Principal: principal }: Statement, who: string): boolean =>
  isRoot(principal) || principals(principal).some((each) => each === '*' || each === who);

function matches(statement: Statement, { who, action, resource, context = {} }: Asked): boolean {
  const { Action: actions, Resource: on, NotResource: notOn, Condition: conditions = {} } = statement;
  if (!list(actions).some((each) => fits(each, action))) return false;
  const about =
    notOn === undefined
      ? list(on).some((each) => fits(each, resource))
      : !list(notOn).some((each) => fits(each, resource));
  const known: Readonly<Record<string, string>> = {
    'aws:PrincipalArn': who,
    'aws:SecureTransport': 'true',
    's3:TlsVersion': '1.3',
    ...context,
  };
  return (
    about &&
    Object.entries(conditions).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) => holds(operator, known[key], list(values))),
    )
  );
}

function holds(operator: string, found: string | undefined, values: readonly unknown[]): boolean {
  const equals = values.some((each) => String(each) === found);
  switch (operator) {
    case 'StringEquals':
    case 'ArnEquals':
    case 'Bool':
      return equals;
    case 'StringNotEquals':
    case 'ArnNotEquals':
      return !equals;
    case 'NumericLessThan':
      return found !== undefined && values.some((each) => Number(found) < Number(each));
    case 'Null':
      return String(values[0]) === String(found === undefined);
    default:
      throw new Error(`no test knows the operator ${operator}`);
  }
}

/** `*` stands for any text. */
const fits = (pattern: unknown, text: string): boolean =>
  typeof pattern === 'string' && new RegExp(`^${pattern.split('*').map(literally).join('.*')}$`, 'su').test(text);

const literally = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`);
