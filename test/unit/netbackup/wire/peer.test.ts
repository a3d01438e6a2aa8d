import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { createMessage } from '../../../../netbackup/wire/create-message.ts';
import { Peer } from '../../../../netbackup/wire/peer.ts';
import { createCertificate } from '../../../fixtures/certificates.ts';

const TURNS = 20;
const BUSY_MS = 40;

/** What a busy machine does to this process. */
const beBusy = (): void => {
  for (const start = performance.now(); performance.now() - start < BUSY_MS; );
};

const server = createServer();
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

test('a timeout does not pass while this process is slow: an endpoint is not silent because nobody reads', async () => {
  const { cert, key } = await createCertificate();
  server.setSecureContext({ cert, key });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  new WebSocketServer({ server }).on('connection', (socket) =>
    socket.on('message', (data) => {
      const response = JSON.stringify({ ...JSON.parse(String(data)), subType: 'RESPONSE' });
      const turn = (left: number): void => {
        beBusy();
        if (left === 0) socket.send(response);
        else setTimeout(turn, 0, left - 1);
      };
      turn(TURNS);
    }),
  );
  const { port } = server.address() as AddressInfo;
  const peer = await Peer.open(`wss://localhost:${port}`, { trusted: [cert], timeoutMs: 120_000 });
  const reply = await peer.request(createMessage('NOTIFICATION', 'REQUEST', []), (TURNS * BUSY_MS) / 2);
  expect(reply.kind).toBe('response');
  await peer.close();
});
