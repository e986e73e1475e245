/** Code that only endpoints need. */
export { planRequest } from '../../artefacts/remote/request.ts';
export { openEndpoint } from './open-endpoint.ts';
