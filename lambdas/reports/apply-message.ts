/**
 * Applies one journal entry. A failure of another service is thrown, so that the record is delivered again. What fails for a reason
 * of its own would fail each time and keep back everything behind it, so it is quarantined (I-2).
 */
import { interpret, type Limits } from '../notifications/interpret.ts';
import { wholeMessage } from '../notifications/interpret-item.ts';
import {
  type Interpretation,
  notUsable,
  type QuarantinedPart,
  quarantined,
  type StoredMessage,
} from '../notifications/notification.ts';
import { isTransient } from '../platform/unavailable.ts';
import { type ApplyContext, applyNotifications } from './apply-notifications.ts';

/** With more, the message is quarantined as a whole: an error in this code fails for all of them. */
const MAX_UNAPPLIABLE = 10;

interface Unappliable {
  readonly part: QuarantinedPart;
  readonly error: unknown;
}

/** @returns those that can never be applied. The others have been applied, unless there are too many. @throws what may pass */
const findUnappliable = async (
  context: ApplyContext,
  message: StoredMessage,
  notifications: readonly Interpretation[],
  found: Unappliable[] = [],
): Promise<readonly Unappliable[]> => {
  if (found.length > MAX_UNAPPLIABLE) return found;
  try {
    await applyNotifications(context, message, notifications);
  } catch (error) {
    if (isTransient(error)) throw error;
    const [first, ...others] = notifications;
    if (first === undefined || first.kind === 'QUARANTINE') throw error;
    if (others.length === 0) {
      found.push({ part: notUsable(message.groupId, 'cannot-be-applied', first), error });
    } else {
      const middle = Math.ceil(notifications.length / 2);
      await findUnappliable(context, message, notifications.slice(0, middle), found);
      await findUnappliable(context, message, notifications.slice(middle), found);
    }
  }
  return found;
};

/** Quarantines what is the same for every attempt. @throws what the quarantine throws: the record is delivered again */
const quarantineUnappliable = async (
  context: ApplyContext,
  message: StoredMessage,
  { part, error }: Unappliable,
): Promise<void> => {
  const { groupId } = message;
  const detail = { groupId, eventId: part.eventId };
  context.log.error('message-not-applicable', error, detail);
  try {
    await applyNotifications(context, message, [part]);
  } catch (failure) {
    context.log.error('message-not-quarantined', failure, detail);
    throw failure;
  }
};

/**
 * @param limits if it has more, the message is quarantined, and the rest can be replayed
 * @returns what was interpreted and quarantined
 * @throws when storage or the bus fails
 */
export const applyMessage = async (
  context: ApplyContext,
  message: StoredMessage,
  limits?: Limits,
): Promise<readonly Interpretation[]> => {
  const whole = () => quarantined(message, 'cannot-be-applied', wholeMessage(message));
  let notifications: readonly Interpretation[];
  let unappliable: readonly Unappliable[];
  try {
    notifications = interpret(message, limits);
    unappliable = await findUnappliable(context, message, notifications);
  } catch (error) {
    if (isTransient(error)) throw error;
    unappliable = [{ part: whole(), error }];
    notifications = unappliable.map(({ part }) => part);
  }
  if (unappliable.length > MAX_UNAPPLIABLE) unappliable = [{ part: whole(), error: unappliable[0]?.error }];
  for (const one of unappliable) await quarantineUnappliable(context, message, one);
  return notifications;
};
