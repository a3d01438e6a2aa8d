/** `key-expiring`: API keys of this deployment that expire soon. */
import { CANARY_GROUP } from '../../platform/canary-group.ts';
import { type Clock, isoTime, MINUTE_MS, milliseconds } from '../../platform/clock.ts';
import { allPages } from '../../platform/dynamodb/pages.ts';
import { expiryFinding } from '../../problems/expiry.ts';
import type { Finding, Subject } from '../../problems/finding.ts';
import type { ProblemKind } from '../../problems/kinds.ts';
import type { Reconcile } from '../../problems/reconcile.ts';
import type { ApiKey, KeysStore } from '../keys-store.ts';

export interface ExpiringKeysContext {
  readonly keys: Pick<KeysStore, 'list' | 'getMany'>;
  readonly reconcile: Reconcile;
  /** The subjects of the open problems of the deployment. */
  readonly openSubjects: (groupId: undefined, kind: ProblemKind) => Promise<readonly Subject[]>;
  readonly clock: Clock;
}

const KIND = 'key-expiring';
const WARNING_DAYS = 14;
const PAGE = 100;
/** At one minute of each hour. */
const PERIOD_MINUTES = 60;

/** Undefined for a key that does not expire soon. Pure. */
export const expiringKey = (
  { keyId, description, expiresAt }: Pick<ApiKey, 'keyId' | 'description' | 'expiresAt'>,
  now: number,
): Finding | undefined => {
  if (expiresAt === undefined) return undefined;
  const endsAt = milliseconds(expiresAt);
  const name = description ? `${keyId} (${description})` : keyId;
  const text = `The API key ${name} is valid until ${isoTime(endsAt)}, and requests with it are refused after that: create another one with POST /v1/keys, replace it where it is used, and delete it.`;
  return expiryFinding(KIND, endsAt, now, { threshold: WARNING_DAYS, from: 'default' }, text);
};

/** Each round of the canary replaces its key, which is valid for two minutes. */
const isOfCanary = ({ groups }: Pick<ApiKey, 'groups'>): boolean => groups.join() === CANARY_GROUP;

const allKeys = async ({ keys }: ExpiringKeysContext): Promise<ApiKey[]> => {
  const found: ApiKey[] = [];
  for await (const page of allPages((startAfter) => keys.list(PAGE, startAfter)))
    found.push(...(await keys.getMany(page.map(({ keyId }) => keyId))));
  return found;
};

/** To be called every minute; looks once an hour. Over when the key was deleted. */
export const sweepExpiringKeys = async (context: ExpiringKeysContext): Promise<void> => {
  const { reconcile, openSubjects, clock } = context;
  const now = clock();
  if (Math.floor(now / MINUTE_MS) % PERIOD_MINUTES !== 0) return;
  const findings = new Map(
    (await allKeys(context)).flatMap((key) => {
      const finding = isOfCanary(key) ? undefined : expiringKey(key, now);
      return finding ? [[key.keyId, finding] as const] : [];
    }),
  );
  const open = (await openSubjects(undefined, KIND)).flatMap(({ keyId }) => keyId ?? []);
  for (const keyId of new Set([...findings.keys(), ...open])) {
    const finding = findings.get(keyId);
    await reconcile({ subject: { keyId }, kinds: [KIND] }, finding ? [finding] : []);
  }
};
