/** How the messages of one connection reach functions. */
export type Order = 'serial' | 'shuffled';

/** In `shuffled`, how many messages of one connection run at once, and from how many the next one is chosen. */
const WINDOW = 8;

/**
 * Runs the jobs of one connection: `serial` one after the other in order of arrival, `shuffled` concurrently,
 * in an order by random numbers. API Gateway documents no order, so an application must support both.
 * @returns a function that adds a job, which must not reject, and resolves when it is done.
 */
export function createJobQueue(order: Order, draw: () => number) {
  const window = order === 'serial' ? 1 : WINDOW;
  const waiting: (() => Promise<void>)[] = [];
  let running = 0;

  function start(): void {
    while (running < window) {
      const choices = Math.min(window, waiting.length);
      const [job] = waiting.splice(Math.floor(draw() * choices), 1);
      if (!job) return;
      running += 1;
      job().then(() => {
        running -= 1;
        start();
      });
    }
  }

  return (job: () => Promise<unknown>) =>
    new Promise((done) => {
      waiting.push(() => job().then(done));
      // Messages that the client sent together are all queued before the first one starts.
      setImmediate(start);
    });
}
