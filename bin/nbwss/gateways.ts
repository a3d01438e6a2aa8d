import type { Schemas } from '../../client/paths.ts';

export type GatewayName = Schemas['Endpoint']['gateway'];

/** The values of `--gateway`. */
export const GATEWAYS = ['api-gateway', 'relay'] as const satisfies readonly GatewayName[];
