/** Whether a server shows the tools that its lock says, and what it tells every agent beside them. */
import { sha256 } from '../../../core/digest.ts';
import type { CapturedServer, Lock, Policy } from '../../../schemas/types.ts';
import { lockedTools } from '../../../resolve/capture.ts';
import { differentCapture } from '../../../resolve/repeat.ts';
import type { Observation } from '../../verdict/finding.ts';

/** `captured` is what some other job wrote down: what is about another lock, or missing, compares with nothing. */
export function checkTools(lock: Lock, lockBytes: Uint8Array, captured: CapturedServer | undefined): Observation[] {
  if (captured?.kind === 'captured' && captured.lock === sha256(lockBytes))
    return differentCapture(lock, lockedTools(captured)).map(({ message, remedy }) => ({
      rule: 'tools-differ',
      level: 'block',
      subject: 'tools',
      message,
      remedy,
    }));
  return [
    {
      rule: 'tools-not-captured',
      level: 'review',
      subject: 'tools',
      message: `the ${lock.tools.length} tools of the lock were not captured again: ${whyNot(captured)}`,
      remedy: 'run `registry capture` on Linux with bubblewrap, or start the server yourself and compare',
    },
  ];
}

/** What policy says of a lock that knows no tools. */
export function checkUncaptured({ tools }: Policy): Observation[] {
  const { not_captured: rule = 'review' } = tools ?? {};
  if (rule === 'allow') return [];
  return [
    {
      rule: 'tools-not-captured',
      level: rule === 'deny' ? 'block' : 'review',
      subject: 'tools',
      message: 'nobody knows the tools of the server: its lock says that they were not captured',
      remedy: 'run `registry lock` with --network, or start the server yourself and look at them before you approve it',
    },
  ];
}

function whyNot(captured: CapturedServer | undefined): string {
  if (captured === undefined) return 'nobody started the server';
  return captured.kind === 'failed' ? captured.why : 'what was captured is of another lock';
}
