import type { Bus, BusEvent } from './bus.ts';
import type { Log } from './logger.ts';

/** How long an event may hold up who tells it. */
const PATIENCE_MS = 3_000;

/**
 * Publishes what must not fail with the bus: never rejects, and waits a little only. `false`: it may not have been taken;
 * say it again later or leave it.
 */
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
    timer = setTimeout(() => resolve(false), PATIENCE_MS);
  });
  try {
    return await Promise.race([published, late]);
  } finally {
    clearTimeout(timer);
  }
};
