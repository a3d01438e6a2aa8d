import type { MiddlewareHandler } from 'hono';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/logger.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { type Env, keyOf, sourceIpOf } from '../app.ts';
import type { AuditStore } from './audit-store.ts';

export interface AuditContext {
  readonly audit: Pick<AuditStore, 'add'>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Records a request after its response is known, whatever that is. When it cannot be recorded, the action has happened all
 * the same: the response stays, and the log has it.
 * @param action the operation's id
 */
export const audited =
  ({ audit, clock, log }: AuditContext, action: string): MiddlewareHandler<Env> =>
  async (context, next) => {
    await next();
    const event = {
      at: clock(),
      trackingId: context.get('trackingId'),
      keyId: keyOf(context).keyId,
      action,
      path: context.req.path,
      ...omitUndefined({ groupId: context.req.param('groupId'), sourceIp: sourceIpOf(context) }),
      status: context.res.status,
    };
    try {
      await audit.add(event);
    } catch (error) {
      log.error('audit-not-stored', error, event);
    }
  };
