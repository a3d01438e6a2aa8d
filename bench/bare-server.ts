/** The lower limit: a WebSocket server that only parses and echoes, which is the minimum for an endpoint. */
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

interface BareServer {
  readonly url: string;
  stop(): void;
}

export const startBareServer = async (tls: { cert: string; key: string }): Promise<BareServer> => {
  const server = createServer({ cert: tls.cert, key: tls.key });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    socket.on('message', (data) => {
      const { id, type } = JSON.parse(data.toString()) as { id: string; type: string };
      socket.send(
        JSON.stringify({ version: '1.0', id, type, subType: 'RESPONSE', timeStamp: 0, payload: [] }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `wss://localhost:${port}/`,
    stop: () => {
      for (const socket of sockets.clients) socket.terminate();
      server.close();
    },
  };
};
