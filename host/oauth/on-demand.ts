/** Code that is needed where a token must be renewed, with the library that speaks OAuth. */
export { boundedFetch } from './fetch.ts';
export { renewSignIn } from './renew.ts';
