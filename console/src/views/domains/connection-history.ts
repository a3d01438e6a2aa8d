/** The stored history of a domain's connections, the latest first. Pure. */
import type { Schemas } from '../../../../client/paths.ts';

type Domain = Pick<Schemas['Group'], 'session' | 'lastRejection' | 'tokenShared' | 'createdAt'>;
type Outage = Pick<Schemas['Problem'], 'problemId' | 'since' | 'recoveredAt'>;
type AuditEvent = Pick<Schemas['AuditEvent'], 'action' | 'at' | 'keyId' | 'status'>;

export interface ConnectionEvent {
  /** ISO 8601. */
  readonly at: string;
  readonly kind:
    | 'connected'
    | 'ended'
    | 'rejected'
    | 'shared'
    | 'outage'
    | 'outageOver'
    | 'closed'
    | 'created';
  /** The person or key that did it. */
  readonly by?: string;
  /** The id of the problem for an outage. */
  readonly problemId?: string;
}

const outageEvents = ({ problemId, since, recoveredAt }: Outage): readonly ConnectionEvent[] => [
  { at: since, kind: 'outage', problemId },
  ...(recoveredAt === undefined ? [] : [{ at: recoveredAt, kind: 'outageOver' as const, problemId }]),
];

/** @param audit empty for people who may not read it */
export const connectionHistory = (
  { session: { since, state }, lastRejection, tokenShared, createdAt }: Domain,
  outages: readonly Outage[],
  audit: readonly AuditEvent[],
): readonly ConnectionEvent[] => {
  const isEnded = state === 'disconnected';
  const events: readonly ConnectionEvent[] = [
    ...(since === undefined
      ? []
      : [{ at: since, kind: isEnded ? ('ended' as const) : ('connected' as const) }]),
    ...(lastRejection ? [{ at: lastRejection.at, kind: 'rejected' as const }] : []),
    ...(tokenShared ? [{ at: tokenShared.at, kind: 'shared' as const }] : []),
    ...outages.flatMap(outageEvents),
    ...audit
      .filter(({ action, status }) => action === 'closeConnection' && status === 200)
      .map(({ at, keyId }) => ({ at, kind: 'closed' as const, by: keyId })),
    { at: createdAt, kind: 'created' },
  ];
  return [...events].sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
};
