import { expect, test } from 'vitest';
import { sha256 } from '../../core/digest.ts';
import type { LockedOffer } from '../../schemas/types.ts';
import { aLock } from '../../test/support/statements.ts';
import { catalogOffers } from './catalog-offers.ts';

const digest = 'a'.repeat(64);
const offer = (name: string, definition: Record<string, unknown>): LockedOffer => ({
  name,
  definitions: [{ sha256: digest, definition }],
});

test('shows prompts with their arguments, and resources with their names and types', () => {
  const lock = aLock({
    tools: [offer('greet', { name: 'greet', description: 'Greets.' })],
    prompts: [
      offer('ask', { name: 'ask', title: 'Ask', arguments: [{ name: 'what', required: true }, { description: 1 }] }),
    ],
    resources: [offer('a:1', { uri: 'a:1', name: 'One', mimeType: 'text/plain', description: 'The first.' })],
    resourceTemplates: [offer('a:{x}', { uriTemplate: 'a:{x}', name: 'a:{x}' })],
    instructions: [sha256('Be brief.')],
    instructionTexts: ['Be brief.'],
  });
  expect(catalogOffers(lock, { tools: { labels: { greet: ['destructive'] } } })).toEqual({
    tools: [{ name: 'greet', description: 'Greets.', digests: [digest], labels: ['destructive'], inputs: [] }],
    prompts: [
      {
        name: 'ask',
        title: 'Ask',
        description: '',
        digests: [digest],
        inputs: [
          { name: 'what', type: 'string', required: true },
          { name: '', type: 'string', required: false },
        ],
      },
    ],
    resources: [{ name: 'a:1', title: 'One', description: 'The first.', mimeType: 'text/plain', digests: [digest] }],
    resourceTemplates: [{ name: 'a:{x}', description: '', digests: [digest] }],
    instructions: [{ sha256: sha256('Be brief.'), text: 'Be brief.' }],
  });
});

test('leaves out what a server does not have, and says what is not pinned or not known', () => {
  expect(catalogOffers(aLock(), {})).toEqual({ tools: [] });
  expect(catalogOffers(aLock({ unpinned: ['resources'], instructions: [digest] }), {})).toEqual({
    tools: [],
    unpinned: ['resources'],
    instructions: [{ sha256: digest }],
  });
});
