import { expect, test } from 'vitest';
import { viewName, workspaceOf, workspaceOfView } from './workspace.ts';

test('each set of groups has a folder of its own, whatever their order', () => {
  expect(viewName(['writers', 'developers', 'writers'])).toBe('developers+writers');
  const whole = workspaceOf('/registry', 'production');
  const view = workspaceOfView(whole, ['developers']);
  expect(view).toEqual({
    ...whole,
    dist: '/registry/dist-views/developers',
    hashed: '/registry/.registry/cache/hashed-developers.json',
  });
});

test('many groups make no name that is too long, and none that others have', () => {
  const groups = Array.from({ length: 50 }, (_, index) => `${'g'.repeat(90)}-${index}`);
  const [all, fewer] = [viewName(groups), viewName(groups.slice(1))];
  expect(all.length).toBeLessThan(100);
  expect(all).not.toBe(fewer);
});
