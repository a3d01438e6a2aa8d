/** A domain may have one endpoint at each gateway of the deployment. Pure. */
import type { Schemas } from '../../../../client/paths.ts';

export type Gateway = Schemas['Endpoint']['gateway'];

interface Endpoints {
  readonly items: readonly Pick<Schemas['Endpoint'], 'gateway'>[];
  /** The gateways of the deployment. */
  readonly gateways: readonly Gateway[];
}

/** The gateways at which a domain has no endpoint. */
export const freeGateways = ({ items, gateways }: Endpoints): Gateway[] =>
  gateways.filter((gateway) => !items.some((endpoint) => endpoint.gateway === gateway));
