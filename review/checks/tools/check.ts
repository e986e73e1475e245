/** Checks that a server shows what its lock says, and the texts that it shows beyond that. */
import { sha256 } from '../../../core/digest.ts';
import { countOffers, kindOf } from '../../../core/offers.ts';
import type { AnsweringServer, CapturedServer, Lock, Policy } from '../../../schemas/types.ts';
import type { ServerFiles } from '../../../catalog/registry-files.ts';
import { lockedOffers } from '../../../resolve/captured.ts';
import { differentCapture } from '../../../resolve/proof.ts';
import type { Observation } from '../../verdict/finding.ts';
import { checkOfLock, outcomeOf } from '../../verdict/check.ts';
import { checkUnlocked, type Unlocked } from '../tool-text/check.ts';
import type { ServerIndex } from '../tool-text/server-index.ts';

/** The tools of this check. */
interface CaptureTools {
  readonly captured: (server: ServerFiles) => Promise<CapturedServer | undefined>;
  readonly servers: ServerIndex;
}

export const toolsCheck = checkOfLock(async (server, { captured, servers }: CaptureTools) => {
  const { lock } = server;
  if (lock.value.capture === 'none') return { observe: checkUncaptured, ran: false, detail: 'not captured' };
  const shown = await captured(server);
  const observations = checkTools(lock.value, lock.bytes, shown);
  const isCompared = shown?.kind === 'captured' && observations.every(({ rule }) => rule !== 'tools-not-captured');
  if (!isCompared) return { observe: () => observations, ran: false, detail: 'not captured' };
  return outcomeOf(`${countOffers(shown)} and ${shown.instructions.length} instructions, captured again`, [
    ...observations,
    ...checkUnlocked(unlocked(lock.value, shown), lock.value, servers),
  ]);
});

/** What the check of texts does not find in the lock: the texts of an older one, and lists that are not pinned. */
const unlocked = (
  { instructionTexts }: Lock,
  { unpinned = [], instructions, ...shown }: AnsweringServer,
): Unlocked => ({
  ...Object.fromEntries(unpinned.map((list) => [list, shown[list] ?? []])),
  ...(instructionTexts === undefined && { instructions: instructions.map(({ text }) => text) }),
});

/** `captured` may come from another job. If it is missing, or about another lock, nothing can be compared. */
export function checkTools(lock: Lock, lockBytes: Uint8Array, captured: CapturedServer | undefined): Observation[] {
  if (captured?.kind === 'captured' && captured.lock === sha256(lockBytes))
    return [
      ...differentCapture(lock, lockedOffers(captured)).map(({ message, remedy }) => ({
        rule: 'tools-differ',
        level: 'block' as const,
        subject: 'tools',
        message,
        remedy,
      })),
      ...notPinned(lock),
    ];
  return [
    {
      rule: 'tools-not-captured',
      level: 'review',
      subject: 'tools',
      message: `the ${countOffers(lock)} of the lock were not captured again: ${whyNot(captured)}`,
      remedy: 'run `registry capture` on Linux with bubblewrap, or start the server yourself and compare',
    },
    ...notPinned(lock),
  ];
}

const notPinned = ({ unpinned = [] }: Lock): Observation[] =>
  unpinned.map((list) => ({
    rule: 'tools-not-pinned',
    level: 'review',
    subject: list,
    message: `the lock does not contain its ${kindOf(list).one}s: ${
      list === 'resources' ? 'it lists others in another folder, or gives no list' : 'it gives no list of them'
    }`,
    remedy:
      'lock it with --network if it asks a service for them; otherwise find out what they depend on: a later start can show an agent texts that nobody has reviewed',
  }));

/** Applies the policy to a lock without captured tools. */
export function checkUncaptured({ tools }: Policy): Observation[] {
  const { not_captured: rule = 'review' } = tools ?? {};
  if (rule === 'allow') return [];
  return [
    {
      rule: 'tools-not-captured',
      level: rule === 'deny' ? 'block' : 'review',
      subject: 'tools',
      message: 'the tools of the server are unknown: its lock says that they were not captured',
      remedy:
        'run `registry lock` with --network, or start the server yourself and check its tools before you approve it',
    },
  ];
}

function whyNot(captured: CapturedServer | undefined): string {
  if (captured === undefined) return 'the server was not started';
  return captured.kind === 'failed' ? captured.why : 'what was captured is of another lock';
}
