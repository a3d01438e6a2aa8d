import { capacityOf } from '../../../relay/capacity.ts';

it.each([
  [512, 10_240, 1],
  [1024, 20_480, 3],
  [2048, 40_960, 8],
  [128, 2560, 1],
])('%i MB are for %i connections and %i large messages at once', (memoryMb, maxConnections, slots) => {
  expect(capacityOf(memoryMb)).toEqual({ maxConnections, slots });
});
