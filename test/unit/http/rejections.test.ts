import { noRole, providerUnavailable, tokenNotValid } from '../../../lambdas/http/people/problems.ts';
import {
  countingRejectedKeys,
  countingRejectedPeople,
  createRejections,
} from '../../../lambdas/http/rejections.ts';
import type { Log } from '../../../lambdas/platform/logger.ts';
import { fakeClock } from '../../support/fakes.ts';

const setUp = () => {
  const clock = fakeClock();
  const written: { code: string; detail: unknown; times: number | undefined }[] = [];
  const log = {
    warn: (code, detail, times) => written.push({ code, detail, times }),
  } as Partial<Log> as Log;
  return { clock, written, rejections: createRejections(log, clock) };
};

it('the first rejected request is written at once', () => {
  const { written, rejections } = setUp();
  rejections.write();
  expect(written).toEqual([]);
  rejections.count('key');
  rejections.write();
  expect(written).toEqual([{ code: 'requests-rejected', detail: { key: 1 }, times: 1 }]);
});

it('later ones are written together, every ten seconds', () => {
  const { clock, written, rejections } = setUp();
  rejections.count('key');
  rejections.write();
  for (const reason of ['key', 'address', 'route', 'key'] as const) {
    rejections.count(reason);
    rejections.write();
  }
  expect(written).toHaveLength(1);
  clock.advance(10_000);
  // Also at the end of a request that was not rejected.
  rejections.write();
  expect(written.slice(1)).toEqual([
    { code: 'requests-rejected', detail: { key: 2, address: 1, route: 1 }, times: 4 },
  ]);
  rejections.write();
  expect(written).toHaveLength(2);
});

it('a flood costs one line for a hundred requests, and every request is counted', () => {
  const { written, rejections } = setUp();
  for (let sent = 0; sent < 1001; sent++) {
    rejections.count('invitation');
    rejections.write();
  }
  expect(written).toHaveLength(11);
  expect(written.reduce((sum, { times = 0 }) => sum + times, 0)).toBe(1001);
});

it('only texts that are no key are noted', async () => {
  const { written, rejections } = setUp();
  const stored = { keyId: 'k', hash: '', scopes: [], groups: [], createdAt: 0 };
  const keys = countingRejectedKeys(
    { verify: async (text) => (text === 'good' ? stored : undefined) },
    rejections,
  );
  expect(await keys.verify('good')).toBe(stored);
  rejections.write();
  expect(written).toEqual([]);
  expect(await keys.verify('bad')).toBeUndefined();
  rejections.write();
  expect(written).toHaveLength(1);
});

it('of the people, only tokens that are not valid are noted', async () => {
  const { written, rejections } = setUp();
  const people = countingRejectedPeople(
    {
      issuer: 'https://login.example.com',
      identify: async (token) => {
        throw token === 'forged' ? tokenNotValid('') : token === 'away' ? providerUnavailable(1) : noRole();
      },
    },
    rejections,
  );
  for (const token of ['away', 'no role']) await expect(people.identify(token)).rejects.toThrow();
  rejections.write();
  expect(written).toEqual([]);
  await expect(people.identify('forged')).rejects.toThrow();
  rejections.write();
  expect(written).toEqual([{ code: 'requests-rejected', detail: { token: 1 }, times: 1 }]);
});
