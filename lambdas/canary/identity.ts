/** The canary's group, token and API key. The secrets are new for each round, and stored as hashes only (I-6). */
import type { EndpointsStore } from '../endpoints/endpoints-store.ts';
import { createToken } from '../endpoints/token.ts';
import { addressOf } from '../endpoints/web-socket-urls.ts';
import type { GroupsStore } from '../groups/groups-store.ts';
import { createKey, type KeysStore } from '../http/keys-store.ts';
import { CANARY_GROUP } from '../platform/canary-group.ts';
import { type Clock, MINUTE_MS, seconds } from '../platform/clock.ts';

/** The endpoint's id and the key's id: fixed, because the function may write to no other items. */
const CANARY_ID = 'nbwsscanary00000';

/** Longer than a round, so that a secret is useless soon after it. */
const VALID_MS = 2 * MINUTE_MS;

export interface IdentityContext {
  readonly groups: Pick<GroupsStore, 'create'>;
  readonly endpoints: Pick<EndpointsStore, 'replace'>;
  readonly keys: Pick<KeysStore, 'replace'>;
  readonly clock: Clock;
}

/** Replaces token and API key of the canary, and creates its group if it is missing. */
export const renewIdentity = async (
  { groups, endpoints, keys, clock }: IdentityContext,
  webSocketUrl: string,
): Promise<{ token: string; apiKey: string }> => {
  const now = clock();
  const until = now + VALID_MS;
  const { key: apiKey, stored } = createKey(
    {
      scopes: ['command'],
      groups: [CANARY_GROUP],
      description: 'The canary: replaced for each round',
      expiresAt: seconds(until),
    },
    now,
    CANARY_ID,
  );
  await keys.replace(stored);
  // Without the attributes of the index by expiry, so that the sweep does not warn of this token's end.
  const { token, stored: hashed } = createToken(CANARY_ID, now, until);
  await endpoints.replace({
    endpointId: CANARY_ID,
    groupId: CANARY_GROUP,
    priority: 1,
    ...addressOf(webSocketUrl),
    enabled: true,
    tokens: [hashed],
    // Greater than the version of the previous round: a CONNECT that was checked with the older token fails.
    version: now,
    createdAt: now,
  });
  // If it exists, this changes nothing.
  await groups.create({
    groupId: CANARY_GROUP,
    kind: 'group',
    description: 'Played by the canary',
    createdAt: now,
    epoch: 0,
    endpointId: CANARY_ID,
  });
  return { token, apiKey };
};
