import { capacityOf } from '../../../relay/capacity.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Ulimit.html */
const FARGATE_FILES = 65_535;

it.each([
  [512, true, 6_144, 1],
  [512, false, 10_240, 1],
  [1024, true, 12_288, 4],
  [2048, false, 40_960, 11],
  [128, true, 1_536, 1],
])(
  '%i MB, TLS in the task %s: %i connections and %i large messages at once',
  (memoryMb, tls, connections, slots) => {
    expect(capacityOf(memoryMb, tls, FARGATE_FILES)).toEqual({ connections, slots });
  },
);

it.each([
  [4096, false, FARGATE_FILES, 62_535],
  [6144, true, FARGATE_FILES, 62_535],
  [512, false, 4_096, 2_048],
  [4096, false, Number.POSITIVE_INFINITY, 81_920],
])(
  '%i MB, TLS in the task %s, %d open files: %i connections, so that files are left for the rest',
  (memoryMb, tls, files, connections) => {
    expect(capacityOf(memoryMb, tls, files).connections).toBe(connections);
  },
);
