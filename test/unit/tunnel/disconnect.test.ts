/** Clients that disconnect before their answer. */
import { asProblem, fromNetBackup, type ReceivedRequest, Rig, refused } from './tunnel-rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.start();
});
afterEach(() => rig.stop());

const post = (path: string) => `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}`;
const disconnected = (path: string) => () =>
  rig.lines.some((line) => line.includes(`${path} client disconnected`));

test('aborts a request that was sent', async () => {
  rig.onRequest = () => {};
  const client = rig.openRequest(post('/netbackup/admin/manual-backup'));
  await rig.until(() => rig.received.length === 1);
  client.disconnect();
  await rig.received[0]?.aborted;
  await rig.until(disconnected('/netbackup/admin/manual-backup'));
});

test('does not send a queued request', async () => {
  const held: ReceivedRequest[] = [];
  rig.onRequest = (received) => void held.push(received);
  // Fill the concurrency limit.
  const first = Array.from({ length: 4 }, () => rig.call('GET', '/netbackup/ping'));
  await rig.until(() => held.length === 4);
  const client = rig.openRequest(post('/netbackup/disconnects'));
  // A later call in the queue shows that the first one was skipped.
  const last = rig.call('GET', '/netbackup/last');
  await rig.until(() => rig.calls() === 6);
  client.disconnect();
  await rig.until(disconnected('/netbackup/disconnects'));
  rig.onRequest = (received) => received.answer(200, {}, fromNetBackup);
  for (const received of held) received.answer(200, {}, fromNetBackup);
  expect((await last).status).toBe(200);
  await Promise.all(first);
  expect(rig.received.map(({ path }) => path).filter((path) => path.endsWith('/disconnects'))).toEqual([]);
});

test('does not repeat a throttled request', async () => {
  rig.onRequest = (received) => received.answer(429, refused('too-many-waiting'), asProblem);
  let client = { disconnect: () => {} };
  rig.whilePausing = async () => {
    client.disconnect();
    await rig.until(disconnected('/netbackup/disconnects'));
  };
  client = rig.openRequest(post('/netbackup/disconnects'));
  await rig.until(disconnected('/netbackup/disconnects'));
  expect(rig.received).toHaveLength(1);
});

test('stops polling the command', async () => {
  rig.onRequest = (received) => {
    if (received.method === 'POST') {
      const location = 'https://api.example.com/v1/groups/demo/commands/C';
      received.answer(504, refused('no-answer-yet'), { ...asProblem, location });
    } else received.answer(200, { commandId: 'C', state: 'sent', request: { method: 'POST', uri: '/' } });
  };
  let client = { disconnect: () => {} };
  rig.whilePausing = async () => {
    if (rig.received.length < 3) return;
    client.disconnect();
    await rig.until(disconnected('/netbackup/disconnects'));
  };
  client = rig.openRequest(post('/netbackup/disconnects'));
  await rig.until(disconnected('/netbackup/disconnects'));
  expect(rig.received).toHaveLength(3);
});
