import { capacityOf } from '../../../relay/capacity.ts';

it.each([
  [512, 10_240, 1],
  [1024, 20_480, 4],
  [2048, 40_960, 11],
  [128, 2560, 1],
])('%i MB are for %i connections and %i large messages at once', (memoryMb, connections, slots) => {
  expect(capacityOf(memoryMb)).toEqual({ connections, slots });
});
