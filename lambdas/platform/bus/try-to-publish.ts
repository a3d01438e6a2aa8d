import type { Log } from '../logger.ts';
import type { Bus, BusEvent } from './bus.ts';

/** How long a caller waits for the bus. */
const MAX_WAIT_MS = 3_000;

/** Never rejects, and waits for a limited time. `false`: the bus may not have accepted the events; publish them again later. */
export const tryToPublish = async (
  { bus, log }: { readonly bus: Bus; readonly log: Log },
  events: readonly BusEvent[],
): Promise<boolean> => {
  const published = bus.publish(events).then(
    () => true,
    (error: unknown) => {
      log.error('event-not-published', error, { detailType: events[0]?.detailType });
      return false;
    },
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), MAX_WAIT_MS);
  });
  try {
    return await Promise.race([published, late]);
  } finally {
    clearTimeout(timer);
  }
};
