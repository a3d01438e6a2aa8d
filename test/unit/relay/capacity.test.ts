import { capacityOf } from '../../../relay/capacity.ts';

it.each([
  [512, true, 6_144, 1],
  [512, false, 10_240, 1],
  [1024, true, 12_288, 4],
  [2048, false, 40_960, 11],
  [128, true, 1_536, 1],
])(
  '%i MB, TLS in the task %s: %i connections and %i large messages at once',
  (memoryMb, tls, connections, slots) => {
    expect(capacityOf(memoryMb, tls)).toEqual({ connections, slots });
  },
);
