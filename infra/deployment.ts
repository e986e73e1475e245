/** What is different from one registry to the next: the one file that is written by hand. */
import { readFileSync } from 'node:fs';

export interface Deployment {
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  /** The names of roles, buckets and functions begin with it. */
  readonly name: string;
  readonly alarmEmail: string;
  /** How long nobody, not even the account's owner, can delete a version of a file that the signer wrote. */
  readonly retainDays: number;
  readonly github: GitHub;
  readonly domain: Domain;
  /** The buckets for views, by the names that they get, each with the ARNs of the roles that read what is published there. */
  readonly views?: Readonly<Record<string, readonly string[]>>;
  /** The path of the signer's configuration, from the file that says so. */
  readonly signerConfig: string;
}

/** The repository whose workflows may ask. Names can be given to somebody else; ids cannot. */
export interface GitHub {
  readonly owner: string;
  readonly ownerId: number;
  readonly repository: string;
  readonly repositoryId: number;
  readonly branch: string;
}

export interface Domain {
  readonly name: string;
  /** A certificate for the name, in us-east-1: CloudFront takes it from nowhere else. */
  readonly certificateArn: string;
}

type Form = RegExp | 'id' | 'days';
const forms: Readonly<Record<string, Form>> = {
  account: /^\d{12}$/u,
  region: /^[a-z]{2,}(?:-[a-z]+)+-\d+$/u,
  // Buckets get its name, the account and the region: 63 characters at most.
  name: /^[a-z][a-z0-9-]{0,18}[a-z0-9]$/u,
  alarmEmail: /^[^\s@]+@[^\s@]+$/u,
  retainDays: 'days',
  'github.owner': /^[A-Za-z0-9][A-Za-z0-9_-]*$/u,
  'github.ownerId': 'id',
  'github.repository': /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/u,
  'github.repositoryId': 'id',
  // No wildcard can stand in it.
  'github.branch': /^[A-Za-z0-9][A-Za-z0-9_-]*(?:[./][A-Za-z0-9_-]+)*$/u,
  'domain.name': /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/u,
  'domain.certificateArn': /^arn:aws:acm:us-east-1:\d{12}:certificate\/[\w-]+$/u,
  signerConfig: /^\S+\.json$/u,
};

/** A part of the name of a bucket, which has 63 characters at most: CDK counts them. */
const viewName = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/u;
/** One role, in any account. */
const roleArn = /^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]+$/u;
/** The policy that lets events of all of them into logs has 5,120 characters at most. */
const maxViews = 15;

/** Reads it. Throws an error that names every field that is missing, unknown or wrong. */
export function readDeployment(file: string): Deployment {
  return checkDeployment(file, JSON.parse(readFileSync(file, 'utf8')));
}

export function checkDeployment(file: string, value: unknown): Deployment {
  const { views = {}, ...others } = Object(value) as { readonly views?: unknown };
  const fields = new Map(fieldsOf(others, ''));
  const wrong = [
    ...Object.entries(forms).filter(([name, form]) => !fits(fields.get(name), form)),
    ...[...fields].filter(([name]) => forms[name] === undefined),
  ].map(([name]) => `${name} (${fields.has(name) ? JSON.stringify(fields.get(name)) : 'missing'})`);
  if (!areViews(views)) wrong.push(`views (${JSON.stringify(views)})`);
  if (wrong.length > 0)
    throw new Error(`${file} is not as it must be: ${wrong.join(', ')}; compare it with deployment.example.json`);
  return value as Deployment;
}

function areViews(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const views = Object.entries(value as Readonly<Record<string, unknown>>);
  const areRoles = (roles: unknown): boolean =>
    Array.isArray(roles) && roles.every((role) => typeof role === 'string' && roleArn.test(role));
  return views.length <= maxViews && views.every(([name, roles]) => viewName.test(name) && areRoles(roles));
}

function fieldsOf(value: unknown, prefix: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[prefix.slice(0, -1), value]];
  return Object.entries(value).flatMap(([name, inner]) => fieldsOf(inner, `${prefix}${name}.`));
}

function fits(value: unknown, form: Form): boolean {
  if (form instanceof RegExp) return typeof value === 'string' && form.test(value);
  return Number.isSafeInteger(value) && (value as number) >= 1 && (form === 'id' || (value as number) <= 36_500);
}
