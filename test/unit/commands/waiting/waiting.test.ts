import { inWaitingRoom } from '../../../../lambdas/commands/waiting/waiting.ts';
import { WaitingPlaces } from '../../../../lambdas/commands/waiting/waiting-places-store.ts';
import { fakeClock, fakeLog } from '../../../support/fakes.ts';
import { MemoryDynamodb } from '../../../support/memory-dynamodb.ts';

const world = () => {
  const dynamodb = new MemoryDynamodb({ waiting: { key: ['room'] } });
  const clock = fakeClock();
  const log = fakeLog();
  const places = new WaitingPlaces(dynamodb.client, 'waiting', { places: 2, share: 1 }, clock);
  const wait = <T>(groupId: string, work: (admitted: () => Promise<void>) => Promise<T>) =>
    inWaitingRoom({ places, log }, groupId, clock() + 25_000, work);
  /** Waits in there until it is let go. */
  const sit = (groupId: string) => {
    let go = () => {};
    const until = new Promise<void>((resolve) => {
      go = resolve;
    });
    const done = wait(groupId, async (admitted) => {
      await admitted();
      await until;
    });
    return { go, done };
  };
  const visit = (groupId: string) => wait(groupId, (admitted) => admitted());
  return { dynamodb, clock, log, wait, sit, visit };
};
/** Lets go what has been begun. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

it('says which limit is reached, its number, and which setting raises it', async () => {
  const { sit, visit } = world();
  const one = sit('a');
  await settled();
  await expect(visit('a')).rejects.toMatchObject({
    status: 429,
    code: 'too-many-waiting',
    message:
      'The limit of waiting requests of this group (1) is reached; nothing was sent. Try again, or raise maxWaitingRequestsPerGroup.',
    headers: { 'retry-after': '1' },
  });
  const two = sit('b');
  await settled();
  await expect(visit('c')).rejects.toMatchObject({
    message:
      'The limit of waiting requests (2) is reached; nothing was sent. Try again, or raise maxWaitingRequests.',
  });
  one.go();
  two.go();
  await Promise.all([one.done, two.done]);
  await visit('a');
});

it('takes one place however often it asks, and none when it never does', async () => {
  const { wait, dynamodb } = world();
  await wait('a', async () => 'refused before');
  expect(dynamodb.calls).toEqual([]);
  await wait('a', async (admitted) => {
    await Promise.all([admitted(), admitted()]);
    await admitted();
  });
  expect(dynamodb.calls).toHaveLength(2);
});

it('leaves when the work fails, also while it is still entering', async () => {
  const { wait, visit } = world();
  const failing = wait('a', (admitted) => Promise.all([admitted(), Promise.reject(new Error('planted'))]));
  await expect(failing).rejects.toThrow('planted');
  await visit('a');
});

it('a place that cannot be left is one line in the log, and free after its time', async () => {
  const { wait, visit, dynamodb, clock, log } = world();
  const answer = await wait('a', async (admitted) => {
    await admitted();
    dynamodb.before = () => {
      throw new Error('planted');
    };
    return 'answer';
  });
  expect(answer).toBe('answer');
  expect(log.codes()).toEqual(['place-not-left']);
  dynamodb.before = () => {};
  await expect(visit('a')).rejects.toMatchObject({ status: 429 });
  clock.advance(31_000);
  await visit('a');
});
