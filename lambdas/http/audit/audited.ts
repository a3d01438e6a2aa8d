import type { Context, MiddlewareHandler } from 'hono';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/logger.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { type Env, groupIdSchema, keyOf, sourceIpOf } from '../app.ts';
import type { AuditStore } from './audit-store.ts';

export interface AuditContext {
  readonly audit: Pick<AuditStore, 'add'>;
  readonly clock: Clock;
  readonly log: Log;
}

interface Recorded {
  /** The operation's id. */
  readonly action: string;
  /** The key or person that made the request. */
  readonly keyId: string;
  /** The HTTP status of the response. */
  readonly status: number;
}

/** The group of a request's path. A text that no group can have as its id may be too long for the index of a group's events. */
const groupIdOf = (context: Context<Env>): string | undefined =>
  groupIdSchema.safeParse(context.req.param('groupId')).data;

/** Records a request. When that fails, the action has still happened: the response stays, and the log has it. */
export const recordAudit = async (
  { audit, clock, log }: AuditContext,
  context: Context<Env>,
  { action, keyId, status }: Recorded,
): Promise<void> => {
  const event = {
    at: clock(),
    trackingId: context.get('trackingId'),
    keyId,
    action,
    path: context.req.path,
    ...omitUndefined({ groupId: groupIdOf(context), sourceIp: sourceIpOf(context) }),
    status,
  };
  try {
    await audit.add(event);
  } catch (error) {
    log.error('audit-not-stored', error, event);
  }
};

/**
 * Records a request after its response is known, whatever that is.
 * @param action the operation's id
 */
export const audited =
  (audit: AuditContext, action: string): MiddlewareHandler<Env> =>
  async (context, next) => {
    await next();
    const { keyId } = keyOf(context);
    await recordAudit(audit, context, { action, keyId, status: context.res.status });
  };
