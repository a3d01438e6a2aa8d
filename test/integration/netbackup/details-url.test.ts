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
    const within = (timeoutMs: number) =>
      readDetailsUrl(url, { trusted: [cert], timeoutMs }).catch((thrown) => thrown);
    let error = await within(50);
    // On a busy machine, not even the connection is open by then.
    for (let timeoutMs = 200; error.errId === 'ERR-3'; timeoutMs *= 4) error = await within(timeoutMs);
    expect(error).toMatchObject({ errId: 'ERR-5', message: expect.stringContaining('aborted') });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
