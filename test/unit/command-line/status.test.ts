import { clientOf } from '../../../bin/nbwss/api-client.ts';
import { isWrong, printStatus, readStatus } from '../../../bin/nbwss/status.ts';

const connected = { state: 'connected', since: '2026-11-29T00:00:00Z' };
const away = {
  state: 'disconnected',
  since: '2026-11-29T00:00:00Z',
  closeReason: 'The connection was lost.',
};
const none = { failed: 0, warning: 0, succeeded: 0, running: 0 };
const good = {
  outcomes: { ...none, succeeded: 5 },
  recovered: 0,
  withoutGoodBackup: 0,
  queuedLong: 0,
  runningLong: 0,
};
const problem = (groupId: string, state = 'open') => ({
  problemId: `${groupId}~x~domain-disconnected`,
  kind: 'domain-disconnected',
  severity: 'critical',
  groupId,
  state,
  since: '2026-11-29T00:00:00Z',
  count: 1,
  text: `The domain ${groupId} is not connected.`,
});

/** The API with these lists. */
const apiWith = (lists: Readonly<Record<string, readonly object[]>>) => {
  jest
    .spyOn(globalThis, 'fetch')
    .mockImplementation(async (url) => Response.json({ items: lists[new URL(String(url)).pathname] ?? [] }));
  return clientOf({ url: 'https://api.example.com', key: 'k' });
};
afterEach(() => void jest.restoreAllMocks());
const read = (answers: Readonly<Record<string, readonly object[]>>) =>
  readStatus(apiWith(answers), { hours: 24 });

const printed = (show: () => void): string => {
  let output = '';
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    output += String(chunk);
    return true;
  });
  show();
  spy.mockRestore();
  return output;
};

it('nothing is wrong where all domains are connected and have good backups', async () => {
  const status = await read({
    '/v1/groups': [{ groupId: 'berlin', session: connected }],
    '/v1/summary': [{ groupId: 'berlin', ...good }],
  });
  expect(isWrong(status)).toBe(false);
  expect(printed(() => printStatus(status))).toBe(
    '1 of 1 domains connected, last 24 h: 5 succeeded\nNothing is wrong.\n',
  );
});

it('shows what is wrong and where, the worst first', async () => {
  const status = await read({
    '/v1/groups': [
      { groupId: 'berlin', session: connected },
      { groupId: 'tokyo', session: away },
      { groupId: 'quiet', session: connected },
    ],
    '/v1/summary': [
      { groupId: 'berlin', ...good, outcomes: { ...none, failed: 3 }, recovered: 1 },
      { groupId: 'tokyo', ...good },
      { groupId: 'quiet', ...good, outcomes: { ...none, failed: 2 }, recovered: 2 },
    ],
    '/v1/problems': [problem('tokyo')],
  });
  expect(isWrong(status)).toBe(true);
  expect(status.domains).toMatchObject([{ groupId: 'tokyo' }, { groupId: 'berlin', failed: 2 }]);
  const output = printed(() => printStatus(status));
  expect(output).toContain('2 of 3 domains connected, last 24 h: 5 failed (3 recovered), 5 succeeded');
  expect(output).toMatch(/What is wrong \(1\)\n.*\ncritical {2}tokyo {2}The domain tokyo is not connected/);
  expect(output).toMatch(/Domains to look at \(2\)/);
});

it('what is acknowledged or muted is not wrong again', async () => {
  const status = await read({
    '/v1/groups': [{ groupId: 'tokyo', session: away }],
    '/v1/problems': [problem('tokyo', 'acknowledged')],
  });
  expect(isWrong(status)).toBe(false);
  expect(printed(() => printStatus(status))).toContain('Beside it: 1 acknowledged.');
});

it('a failure is wrong even while no problem has been opened for it; a domain may be away for a moment', async () => {
  const failed = [{ groupId: 'berlin', ...good, outcomes: { ...none, failed: 1 } }];
  const groups = [{ groupId: 'berlin', session: connected }];
  expect(isWrong(await read({ '/v1/groups': groups, '/v1/summary': failed }))).toBe(true);
  expect(isWrong(await read({ '/v1/groups': [{ groupId: 'tokyo', session: away }] }))).toBe(false);
});

it('a screen is not longer than the terminal, and says what is left out', async () => {
  const many = Array.from({ length: 50 }, (_, index) => `g${index}`);
  const status = await read({
    '/v1/groups': many.map((groupId) => ({ groupId, session: away })),
    '/v1/problems': many.map((groupId) => problem(groupId)),
  });
  const output = printed(() => printStatus(status, 24));
  expect(output.split('\n').length).toBeLessThanOrEqual(24);
  expect(output).toMatch(/… and 44 more/);
});

it('a label that no group has is an error', async () => {
  await expect(readStatus(apiWith({}), { hours: 24, label: ['customer=acm'] })).rejects.toThrow(
    'No group that this key may see has the label customer=acm.',
  );
});
