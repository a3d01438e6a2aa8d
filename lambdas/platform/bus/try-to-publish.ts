import type { Log } from '../logger.ts';
import type { Bus, BusEvent } from './bus.ts';

/** How long a caller waits for the bus. */
const MAX_WAIT_MS = 3_000;

/** Never rejects, and waits for a limited time. `false`: the bus may not have accepted the events, so they must be published again. */
export const tryToPublish = async (
  { bus, log }: { readonly bus: Bus; readonly log: Log },
  events: readonly BusEvent[],
): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const reason = `The bus did not answer within ${MAX_WAIT_MS} ms.`;
    timer = setTimeout(() => reject(new Error(reason)), MAX_WAIT_MS);
  });
  try {
    await Promise.race([bus.publish(events), late]);
    return true;
  } catch (error) {
    log.error('event-not-published', error, { detailType: events[0]?.detailType });
    return false;
  } finally {
    clearTimeout(timer);
  }
};
