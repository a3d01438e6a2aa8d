import { withWaitingSlot } from '../../../../lambdas/commands/waiting/waiting.ts';
import { WaitingSlots } from '../../../../lambdas/commands/waiting/waiting-slots-store.ts';
import { fakeClock, fakeLog } from '../../../support/fakes.ts';
import { MemoryDynamodb } from '../../../support/memory-dynamodb.ts';

const world = () => {
  const dynamodb = new MemoryDynamodb({ waiting: { key: ['room'] } });
  const clock = fakeClock();
  const log = fakeLog();
  const waitingSlots = new WaitingSlots(dynamodb.client, 'waiting', { slots: 2, share: 1 }, clock);
  const wait = <T>(groupId: string, work: () => Promise<T>) =>
    withWaitingSlot({ waitingSlots, log }, groupId, clock() + 25_000, work);
  const tryWait = (groupId: string) => wait(groupId, async () => {});
  return { dynamodb, clock, log, wait, tryWait };
};

it('names the limit that is reached, its number, and the setting that raises it', async () => {
  const { wait, tryWait } = world();
  await wait('a', async () => {
    await expect(tryWait('a')).rejects.toMatchObject({
      status: 429,
      code: 'too-many-waiting',
      message:
        'The limit of waiting requests of this group (1) is reached; nothing was sent. Try again, or raise maxWaitingRequestsPerGroup.',
      headers: { 'retry-after': '1' },
    });
    await wait('b', () =>
      expect(tryWait('c')).rejects.toMatchObject({
        message:
          'The limit of waiting requests (2) is reached; nothing was sent. Try again, or raise maxWaitingRequests.',
      }),
    );
  });
  await tryWait('a');
});

it('does not begin the work without a slot', async () => {
  const { wait } = world();
  const work = jest.fn();
  await wait('a', () => expect(wait('a', work)).rejects.toMatchObject({ status: 429 }));
  expect(work).not.toHaveBeenCalled();
});

it('releases the slot when the work fails', async () => {
  const { wait, tryWait } = world();
  await expect(wait('a', () => Promise.reject(new Error('planted')))).rejects.toThrow('planted');
  await tryWait('a');
});

it('logs a slot that could not be released, which expires later', async () => {
  const { wait, tryWait, dynamodb, clock, log } = world();
  const result = await wait('a', async () => {
    dynamodb.before = () => {
      throw new Error('planted');
    };
    return 'result';
  });
  expect(result).toBe('result');
  expect(log.codes()).toEqual(['waiting-slot-not-released']);
  dynamodb.before = () => {};
  await expect(tryWait('a')).rejects.toMatchObject({ status: 429 });
  clock.advance(31_000);
  await tryWait('a');
});
