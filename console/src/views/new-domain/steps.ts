/** The steps to bring a domain online. Pure. */
import type { Schemas } from '../../../../client/paths.ts';

export const STEPS = ['domain', 'endpoint', 'connection', 'online'] as const;
export type Step = (typeof STEPS)[number];

type Group = Pick<Schemas['Group'], 'session'>;

/** The same after every reload: it depends only on what exists. */
export const stepOf = (
  group: Group | undefined,
  endpoints: readonly Pick<Schemas['Endpoint'], 'enabled' | 'tokens'>[],
): Step => {
  if (!group) return 'domain';
  if (group.session.connected) return 'online';
  return endpoints.length === 0 ? 'endpoint' : 'connection';
};

/** Why the domain cannot connect, whatever NetBackup does. */
export const obstacleOf = (
  endpoints: readonly Pick<Schemas['Endpoint'], 'enabled' | 'tokens'>[],
): 'disabled' | 'no-token' | undefined => {
  if (endpoints.some(({ enabled, tokens }) => enabled && tokens.length > 0)) return undefined;
  return endpoints.some(({ enabled }) => enabled) ? 'no-token' : 'disabled';
};
