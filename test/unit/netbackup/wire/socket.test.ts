import { NetBackupPrimary } from '../../../../netbackup/index.ts';

it('a URL that no WebSocket has is a connection that fails', async () => {
  const url = 'wss://localhost:1/nbwss#fragment';
  const details = { token: 'a', priority: 0, groupId: 'berlin', hostName: 'localhost', url };
  const primary = new NetBackupPrimary({ endpoints: [details] });
  const ended = new Promise((resolve) => primary.on('disconnected', resolve));
  primary.start();
  expect(await ended).toMatchObject({ code: 1006, reason: expect.stringContaining('fragment') });
  await primary.stop();
});
