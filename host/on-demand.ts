/**
 * Code that a start from verified caches never needs: the network, unpacking, writing, version ranges, updating this program. It is imported
 * only when it is used, and all of it at once, so that it is not part of the file that every start reads.
 */
export { holds } from '../core/lifecycle.ts';
export { npmOptions } from '../core/npm-config.ts';
export { openSources } from '../artefacts/open-sources.ts';
export { fetchPart } from '../artefacts/sources.ts';
export { installClosure } from '../store/install.ts';
export { fetchFile } from './trust/fetch-file.ts';
export { findPlace } from './update/place.ts';
export { keychainAdvice, selfUpdate } from './update/self-update.ts';
export { default as writeFileAtomic } from 'write-file-atomic';
