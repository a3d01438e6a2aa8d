import { WaitingRoom } from '../../../lambdas/commands/waiting-room.ts';
import { fakeClock } from '../../support/fakes.ts';
import { MemoryDynamodb } from '../../support/memory-dynamodb.ts';

const world = (places: number) => {
  const dynamodb = new MemoryDynamodb({ commands: { key: ['commandId'] } });
  const clock = fakeClock();
  /** As another execution environment has it. */
  const room = () => new WaitingRoom(dynamodb.client, 'commands', places, clock);
  return { dynamodb, clock, room, until: () => clock() + 30_000 };
};

it('has as many places as it has, however many come at once', async () => {
  const { room, until } = world(5);
  const held = await Promise.all(Array.from({ length: 20 }, () => room().enter(until())));
  expect(held.filter(Boolean)).toHaveLength(5);
});

it('a place that was left can be had again', async () => {
  const { room, until } = world(1);
  const held = await room().enter(until());
  if (!held) throw new Error('no place');
  expect(await room().enter(until())).toBeUndefined();
  await room().leave(held);
  expect(await room().enter(until())).toBeDefined();
});

it('the place of one who died is free when his time is over, and his late leave takes nobody’s', async () => {
  const { room, until, clock } = world(1);
  const dead = await room().enter(until());
  clock.advance(29_999);
  expect(await room().enter(until())).toBeUndefined();
  clock.advance(1);
  expect(await room().enter(until())).toBeDefined();
  if (dead) await room().leave(dead);
  expect(await room().enter(until())).toBeUndefined();
});

it('a place whose own write was answered too late to be seen is had', async () => {
  const { room, until, dynamodb } = world(1);
  let answered = false;
  dynamodb.before = async (call, input) => {
    if (call !== 'PutItem' || answered) return;
    answered = true;
    // As the SDK would: it happened, and is made again.
    await dynamodb.client.send({ constructor: { name: 'PutItemCommand' }, input } as never);
  };
  expect(await room().enter(until())).toBeDefined();
});

it('comes back to the place that it had', async () => {
  const { room, until, dynamodb } = world(200);
  const mine = room();
  for (let round = 0; round < 5; round++) {
    const held = await mine.enter(until());
    if (held) await mine.leave(held);
  }
  expect(dynamodb.items('commands')).toHaveLength(1);
});
