/**
 * Decides what an exception of the policy accepts: findings of one rule in one server, as long as the same artefact runs, or
 * notes about the same bytes in every server.
 */
import { artefactAddress, parseArtefactUrl } from '../../core/artefact.ts';
import type { Exception, Finding, Manifest } from '../../schemas/types.ts';

/** The exception that accepts a finding or a problem today. Malware is never accepted. */
export const exceptionFor = (
  finding: Pick<Finding, 'rule' | 'server'> & Partial<Pick<Finding, 'level' | 'subject' | 'integrity'>>,
  manifest: Pick<Manifest, 'artefact' | 'remote'>,
  exceptions: readonly Exception[],
  today: string,
): Exception | undefined =>
  exceptions.find(
    (exception) =>
      exception.rule === finding.rule &&
      // What needs a person depends on what a server does with these bytes. A note changes no verdict.
      (exception.server === undefined ? finding.level === 'note' : exception.server === finding.server) &&
      exception.rule !== 'malware' &&
      (exception.subject === undefined || exception.subject === finding.subject) &&
      (exception.artefact === undefined || exception.artefact === artefactAddress(manifest)) &&
      (exception.integrity === undefined || exception.integrity === finding.integrity) &&
      isBound(exception) &&
      today < exception.expires,
  );

/**
 * Whether an exception ends when other code runs under the server's name. A host, a path or the name of a tool stays the same
 * when the artefact is replaced. Only an exception that names the artefact, the version of a package or its bytes is tied to
 * its code. One without a server must name the bytes.
 */
export const isBound = ({ rule, server, subject, artefact, integrity }: Exception): boolean =>
  integrity !== undefined ||
  (server !== undefined &&
    (artefact !== undefined ||
      onlyOfNames.has(rule) ||
      (subject !== undefined && (packageVersion.test(subject) || parseArtefactUrl(subject) !== undefined))));

/**
 * These rules judge only the name and the title of a server, which do not depend on its code. A scope is part of the
 * artefact.
 */
const onlyOfNames: ReadonlySet<string> = new Set(['confusable-name', 'confusable-title']);

/**
 * `depd@1.1.2` or `httpx==0.28.1`, perhaps with the ids of advisories after it, or `@esbuild/*@0.28.2`, the packages of one program. The name
 * of a tool cannot match, because its subject begins with `tool:`.
 */
const packageVersion = /^(?:@[\w.~-]+\/)?[\w.~*-]+(?:@|==)\d[^\s]*(?:\s|$)/u;
