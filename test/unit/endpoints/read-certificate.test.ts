import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { createServer } from 'node:tls';
import { readCertificate } from '../../../lambdas/endpoints/certificate/read-certificate.ts';
import { createCertificate } from '../../fixtures/certificates.ts';

const urlOf = (server: { address(): unknown }) =>
  `wss://localhost:${(server.address() as AddressInfo).port}/nbwss`;

test('the certificate that a server presents is read, trusted or not', async () => {
  const pair = await createCertificate({ to: 3 });
  const server = createServer(pair, (socket) => socket.on('error', () => {})).listen(0);
  await once(server, 'listening');
  const read = await readCertificate(urlOf(server));
  server.close();
  const parsed = new X509Certificate(pair.cert);
  expect(read).toEqual({
    fingerprint: parsed.fingerprint256,
    keyHash: createHash('sha256')
      .update(parsed.publicKey.export({ type: 'spki', format: 'der' }))
      .digest('hex'),
    issuer: 'CN=localhost',
    validFrom: Date.parse(parsed.validFrom),
    validTo: Date.parse(parsed.validTo),
  });
});

test('a server without TLS, and a port without a server, are errors', async () => {
  const server = createTcpServer((socket) =>
    socket.on('error', () => {}).once('data', () => socket.destroy()),
  );
  server.listen(0);
  await once(server, 'listening');
  const url = urlOf(server);
  await expect(readCertificate(url)).rejects.toThrow('disconnected before secure TLS');
  server.close();
  await once(server, 'close');
  await expect(readCertificate(url)).rejects.toThrow('ECONNREFUSED');
});
