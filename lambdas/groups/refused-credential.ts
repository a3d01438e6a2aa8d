/** `credential-refused`: NetBackup answers 401 to the group's stored API key. */

import { type Clock, MINUTE_MS } from '../platform/clock.ts';
import type { Log } from '../platform/logger.ts';
import type { Measure } from '../problems/finding.ts';
import type { Group } from './group.ts';
import type { GroupsStore } from './groups-store.ts';
import type { Check } from './review/check.ts';

/** How often refusals are recorded: a client may call many times a second. */
const RECORD_INTERVAL_MS = MINUTE_MS;
const UNAUTHORIZED = 401;

export interface RefusedContext {
  readonly groups: Pick<GroupsStore, 'recordRefused' | 'forget'>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Records how NetBackup answered a call with the stored key. 403 is no refusal: the key may lack only the permission for this
 * call. Never rejects, since the answer counts.
 * @param group as read before the call
 */
export const recordCredentialStatus = async (
  { groups, clock, log }: RefusedContext,
  { groupId, netbackupCredential, credentialRefused: known }: Group,
  status: number,
): Promise<void> => {
  try {
    const now = clock();
    if (status !== UNAUTHORIZED) return known && (await groups.forget(groupId, 'credentialRefused', known));
    if (!netbackupCredential || (known && now - known.last < RECORD_INTERVAL_MS)) return;
    const { since = now, count = 0 } = known ?? {};
    await groups.recordRefused(groupId, netbackupCredential, { since, last: now, count: count + 1 });
  } catch (error) {
    log.error('refusal-not-stored', error, { groupId });
  }
};

/** It is over when NetBackup accepts the key again, or the key is replaced or deleted: each removes the evidence. */
export const refusedCredentialCheck: Check = {
  kind: 'credential-refused',
  quick: 'always',
  async find({ groupId, credentialRefused }) {
    if (!credentialRefused) return [];
    const { since, last, count } = credentialRefused;
    const text = `NetBackup refuses the stored API key of the domain (401), so clients that rely on it cannot call NetBackup: create a key in NetBackup and store it with PUT /v1/groups/${groupId}/netbackup-credential.`;
    const measures: readonly Measure[] = [{ name: 'refusals', value: count, threshold: 1, from: 'default' }];
    return [{ subject: {}, finding: { kind: 'credential-refused', since, last, count, measures, text } }];
  },
};
