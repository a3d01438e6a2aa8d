/** The group that `nbwss verify` creates for itself. */
import { createOwnGroup } from '../../bin/nbwss/verify/target.ts';

afterEach(() => jest.restoreAllMocks());

it('is deleted when its endpoint cannot be created', async () => {
  const sent: string[] = [];
  jest.spyOn(globalThis, 'fetch').mockImplementation(async (url, init = {}) => {
    sent.push(`${init.method} ${String(url)}`);
    return String(url).endsWith('/endpoints')
      ? Response.json({ detail: 'There is no such gateway.', code: 'gateway-not-known' }, { status: 400 })
      : Response.json({ removes: [] });
  });
  const waits = {
    time: { now: () => 36, pass: async () => {} },
    soonMs: 1,
    silenceMs: 1,
    minutes: false,
    hours: false,
  };
  await expect(createOwnGroup({ url: 'http://api', key: 'k' }, [], waits, 'relay')).rejects.toThrow(
    'The endpoint cannot be created: There is no such gateway. (400)',
  );
  expect(sent).toEqual([
    'POST http://api/v1/groups',
    'POST http://api/v1/groups/nbwss-verify-10/endpoints',
    'DELETE http://api/v1/groups/nbwss-verify-10?force=true',
  ]);
});
