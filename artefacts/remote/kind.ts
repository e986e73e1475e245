/** Endpoints, as a kind of artefact: there is nothing to fetch, to install or to start. */
import type { RemoteClosure } from '../../schemas/types.ts';
import type { Kind } from '../kind.ts';

export const remote: Kind<RemoteClosure> = {
  checkPlaces: () => [],
  parts: () => [],
  root: () => undefined,
  partsFor: () => [],
  platformName: () => 'endpoint',
  looksAround: false,
  program: ({ name }, { closure }) => ({
    message: `${name} is an endpoint: it runs elsewhere, so there is nothing here to start`,
    remedy: `\`countersign run ${name}\` connects to ${closure.url}`,
  }),
};
