/** Code that only endpoints need. */
export { openAccess } from '../oauth/open-access.ts';
export { planRequest } from '../../artefacts/remote/request.ts';
export { openEndpoint } from './open-endpoint.ts';
