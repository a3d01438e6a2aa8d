import fc from 'fast-check';
import { roomsOf } from '../../../../lambdas/commands/waiting/rooms.ts';

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

it('a young account has one room', () => {
  expect(roomsOf('demo', 6, 3)).toEqual([{ index: 0, places: 6, share: 3 }]);
});

it('rooms of many places are equally large, and none above a hundred', () => {
  expect(roomsOf('demo', 250, 250)).toEqual([
    { index: 0, places: 84, share: 84 },
    { index: 1, places: 83, share: 83 },
    { index: 2, places: 83, share: 83 },
  ]);
});

it('the shares are the group’s share together, and no room gives more than it has', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, maxLength: 64 }),
      fc.integer({ min: 1, max: 1000 }),
      fc.integer({ min: 1, max: 1000 }),
      (groupId, places, wanted) => {
        const share = Math.min(places, wanted);
        const rooms = roomsOf(groupId, places, share);
        expect(sum(rooms.map((room) => room.share))).toBe(share);
        expect(sum(rooms.map((room) => room.places))).toBeLessThanOrEqual(places);
        for (const room of rooms) {
          expect(room.share).toBeGreaterThan(0);
          expect(room.share).toBeLessThanOrEqual(room.places);
          expect(room.places).toBeLessThanOrEqual(100);
        }
      },
    ),
  );
});

it('groups with a share of one do not all wait in the same room', () => {
  const groups = Array.from({ length: 1000 }, (_, index) => `group-${index}`);
  const used = groups.map((groupId) => roomsOf(groupId, 1000, 1)[0]?.index);
  for (let room = 0; room < 10; room++)
    expect(used.filter((index) => index === room).length).toBeGreaterThan(50);
});
