import { createServer } from 'node:net';

/** Whether nobody listens on a port of an address right now. */
export const isPortFree = (address: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, address, () => probe.close(() => resolve(true)));
  });
