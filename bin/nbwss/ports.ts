import { createServer } from 'node:net';

/** Whether the port is free on this address now. */
export const isPortFree = (address: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, address, () => probe.close(() => resolve(true)));
  });
