/** How the messages of one connection reach functions. */
export type Order = 'serial' | 'shuffled';

/** In `shuffled`, how many messages of one connection run at once, and how many choices a start has. */
const WINDOW = 8;

/**
 * Runs the jobs of one connection: `serial` one after the other in order of arrival, `shuffled` concurrently and
 * started in an order that the drawn numbers decide. API Gateway documents no order, so an application must stand both.
 * @returns adds a job, which must not reject; resolves when it is done.
 */
export function createPump(order: Order, draw: () => number) {
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
      // What the client sent together is together here before anything of it starts.
      setImmediate(start);
    });
}
