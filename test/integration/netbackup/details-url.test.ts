import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { readDetailsUrl } from '../../../netbackup/simulator/details-url.ts';
import { testCertificate } from '../../fixtures/test-endpoint/index.ts';

describe('a details URL', () => {
  it('ERR-4: must be https', async () => {
    await expect(readDetailsUrl('http://localhost/x')).rejects.toMatchObject({ errId: 'ERR-4' });
    await expect(readDetailsUrl('https://')).rejects.toMatchObject({ errId: 'ERR-4' });
  });

  it('ERR-5: needs a trusted certificate and a response in time', async () => {
    const { cert, key } = await testCertificate();
    const server = createServer({ cert, key }, () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `https://localhost:${(server.address() as AddressInfo).port}/`;
    const opening = 'Failed to open connection to the remote object referred to by the URL';
    await expect(readDetailsUrl(url)).rejects.toMatchObject({
      errId: 'ERR-5',
      message: expect.stringContaining(opening),
    });
    const never = readDetailsUrl(url, { trusted: [cert], timeoutMs: 50 });
    await expect(never).rejects.toMatchObject({
      errId: 'ERR-5',
      message: expect.stringContaining('aborted'),
    });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
