/**
 * The objects of a repository on GitHub. It gives commits and trees as JSON, of which git's bytes are made again; the id
 * proves them, and what is used is read from the bytes.
 */
import { openBlob, openCommit, openTree, tooLarge, type GitObjects } from '../../../catalog/objects/git-objects.ts';
import { hashOf, isObjectId } from '../../../catalog/objects/object-id.ts';
import { rebuildCommit, type DescribedCommit, type DescribedPerson } from '../../../catalog/objects/rebuild-commit.ts';
import { encodeTree } from '../../../catalog/objects/tree.ts';
import { isJsonObject, type JsonObject } from '../../../core/json.ts';
import { maxBlobBytes } from '../../../core/limits.ts';
import { Refusal } from '../../../core/refusal.ts';
import type { GitHubClient } from './client.ts';

/** A repository by its present name. */
export interface RepositoryName {
  readonly owner: string;
  readonly name: string;
}

/** @throws Refusal E_OBJECT, E_FORMAT, E_TOO_LARGE; and what the client throws */
export function githubObjects(client: Pick<GitHubClient, 'get'>, { owner, name: repo }: RepositoryName): GitObjects {
  /** What GitHub answers about an object, where it is about this one. */
  const answerAbout = async (route: string, parameter: string, id: string): Promise<JsonObject> => {
    // An id stands in the address: no name, and no other path.
    hashOf(id);
    const answer = objectIn(await client.get(route, { owner, repo, [parameter]: id }), id);
    if (answer['sha'] !== id) throw unexpected(id, 'is about another object');
    return answer;
  };
  return {
    commit: async (id) => {
      const answer = await answerAbout('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', 'commit_sha', id);
      return openCommit(id, rebuildCommit(id, describedCommit(answer, id)));
    },
    tree: async (id) => {
      const answer = await answerAbout('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', 'tree_sha', id);
      return openTree(id, encodeTree(treeEntries(answer, id)));
    },
    blob: async (id) => {
      const answer = await answerAbout('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', 'file_sha', id);
      return openBlob(id, blobBytes(answer, id));
    },
  };
}

function describedCommit(answer: JsonObject, id: string): DescribedCommit {
  const verification = answer['verification'] === undefined ? {} : objectIn(answer['verification'], id);
  const { payload, signature } = verification;
  return {
    tree: idIn(objectIn(answer['tree'], id)['sha'], id),
    parents: listIn(answer['parents'], id).map((parent) => idIn(objectIn(parent, id)['sha'], id)),
    author: personIn(answer['author'], id),
    committer: personIn(answer['committer'], id),
    message: textIn(answer['message'], id),
    // Both are null of a commit without a signature.
    ...((payload ?? signature ?? undefined) !== undefined && {
      signed: { payload: textIn(payload, id), signature: textIn(signature, id) },
    }),
  };
}

function personIn(value: unknown, id: string): DescribedPerson {
  const person = objectIn(value, id);
  const date = textIn(person['date'], id);
  const at = new Date(date);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/u.test(date) || Number.isNaN(at.getTime()))
    throw unexpected(id, 'has a time that is not in UTC to the second');
  return { name: textIn(person['name'], id), email: textIn(person['email'], id), at };
}

function treeEntries(answer: JsonObject, id: string): [name: string, { mode: string; id: string }][] {
  if (answer['truncated'] !== false)
    throw new Refusal(
      'E_TOO_LARGE',
      `GitHub gives only a part of the tree ${id}`,
      'put fewer files into this folder, or read the commit from a clone',
    );
  return listIn(answer['tree'], id).map((each) => {
    const entry = objectIn(each, id);
    // GitHub writes the mode of a folder with a zero before it, git without.
    const mode = textIn(entry['mode'], id).replace(/^0/u, '');
    return [textIn(entry['path'], id), { mode, id: idIn(entry['sha'], id) }];
  });
}

function blobBytes(answer: JsonObject, id: string): Buffer {
  const { size, encoding } = answer;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) throw unexpected(id, 'has no size');
  if (size > maxBlobBytes) throw tooLarge('blob', id, size, maxBlobBytes);
  if (encoding !== 'base64') throw unexpected(id, 'is not in base64');
  const content = textIn(answer['content'], id).replaceAll('\n', '');
  const bytes = Buffer.from(content, 'base64');
  if (bytes.toString('base64') !== content) throw unexpected(id, 'is not in base64');
  return bytes;
}

function objectIn(value: unknown, id: string): JsonObject {
  if (!isJsonObject(value)) throw unexpected(id, 'is not the object that it should be');
  return value;
}

function listIn(value: unknown, id: string): readonly unknown[] {
  if (!Array.isArray(value)) throw unexpected(id, 'has no list where there should be one');
  return value;
}

function textIn(value: unknown, id: string): string {
  if (typeof value !== 'string' || !value.isWellFormed()) throw unexpected(id, 'has no text where there should be one');
  return value;
}

function idIn(value: unknown, id: string): string {
  const text = textIn(value, id);
  if (!isObjectId(text) || text.length !== id.length) throw unexpected(id, 'names an object by no id');
  return text;
}

const unexpected = (id: string, why: string): Refusal =>
  new Refusal(
    'E_FORMAT',
    `what GitHub answers about the object ${id} ${why}`,
    "check the address of GitHub's API in the signer's configuration, and its status page",
  );
