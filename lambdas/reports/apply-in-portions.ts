import { LIMITS } from '../notifications/interpret.ts';
import type { Interpretation, QuarantinedPart } from '../notifications/notification.ts';
import { type ApplyContext, applyNotifications, type Origin } from './apply-notifications.ts';

/** Applies any number of notifications, a limited number at a time. @returns what could not be stored */
export const applyInPortions = async (
  context: ApplyContext,
  origin: Origin,
  notifications: readonly Interpretation[],
): Promise<QuarantinedPart[]> => {
  const refused: QuarantinedPart[] = [];
  for (let start = 0; start < notifications.length; start += LIMITS.notifications) {
    const portion = notifications.slice(start, start + LIMITS.notifications);
    refused.push(...(await applyNotifications(context, origin, portion)));
  }
  return refused;
};
