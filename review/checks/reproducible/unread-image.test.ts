import { expect, test } from 'vitest';
import type { Lock } from '../../../schemas/types.ts';
import { aLock } from '../../../test/support/statements.ts';
import { unreadImage } from './unread-image.ts';

test('a person hears that no rule reads the packages of the operating system in an image', () => {
  const artefact = { url: 'oci://registry.example.com/mcp/a:1.0.0', sha256: 'a'.repeat(64), sha512: 'b'.repeat(128) };
  const lock: Pick<Lock, 'artefact' | 'closure'> = { artefact, closure: { kind: 'oci', images: [] } };
  expect(unreadImage(lock)).toMatchObject([{ rule: 'image-unread', level: 'review', subject: artefact.url }]);
  expect(unreadImage(aLock())).toEqual([]);
});
