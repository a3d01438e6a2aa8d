/** What happens when a client goes before it has its answer. */
import { type Asked, asProblem, fromNetBackup, Rig, refused } from './rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await Rig.start();
});
afterEach(() => rig.stop());

const post = (path: string) => `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}`;
const left = (path: string) => () => rig.lines.some((line) => line.includes(`${path} client left`));

test('a request under way is aborted', async () => {
  rig.onAsk = () => {};
  const client = rig.leaving(post('/netbackup/admin/manual-backup'));
  await rig.until(() => rig.asked.length === 1);
  client.leave();
  await rig.asked[0]?.aborted;
  await rig.until(left('/netbackup/admin/manual-backup'));
});

test('what still waited for its turn is never sent', async () => {
  const held: Asked[] = [];
  rig.onAsk = (asked) => void held.push(asked);
  // As many as go at a time, all of them held.
  const first = Array.from({ length: 4 }, () => rig.call('GET', '/netbackup/ping'));
  await rig.until(() => held.length === 4);
  const client = rig.leaving(post('/netbackup/leaves'));
  // Behind it in the queue, so that it is seen to have been passed over.
  const last = rig.call('GET', '/netbackup/last');
  await rig.until(() => rig.calls() === 6);
  client.leave();
  await rig.until(left('/netbackup/leaves'));
  rig.onAsk = (asked) => asked.answer(200, {}, fromNetBackup);
  for (const asked of held) asked.answer(200, {}, fromNetBackup);
  expect((await last).status).toBe(200);
  await Promise.all(first);
  expect(rig.asked.map(({ path }) => path).filter((path) => path.endsWith('/leaves'))).toEqual([]);
});

test('what was refused for want of a place is not sent again', async () => {
  rig.onAsk = (asked) => asked.answer(429, refused('too-many-waiting'), asProblem);
  let client = { leave: () => {} };
  rig.whilePausing = async () => {
    client.leave();
    await rig.until(left('/netbackup/leaves'));
  };
  client = rig.leaving(post('/netbackup/leaves'));
  await rig.until(left('/netbackup/leaves'));
  expect(rig.asked).toHaveLength(1);
});

test('its command is not followed any more', async () => {
  rig.onAsk = (asked) => {
    if (asked.method === 'POST') {
      const location = 'https://api.example.com/v1/groups/demo/commands/C';
      asked.answer(504, refused('no-answer-yet'), { ...asProblem, location });
    } else asked.answer(200, { commandId: 'C', state: 'sent', request: { method: 'POST', uri: '/' } });
  };
  let client = { leave: () => {} };
  rig.whilePausing = async () => {
    if (rig.asked.length < 3) return;
    client.leave();
    await rig.until(left('/netbackup/leaves'));
  };
  client = rig.leaving(post('/netbackup/leaves'));
  await rig.until(left('/netbackup/leaves'));
  expect(rig.asked).toHaveLength(3);
});
