/** What a task of a given memory may hold. */
export interface Capacity {
  /** Open connections; more get 503, so that a flood cannot end the task. */
  readonly connections: number;
  /** Large messages that are received at the same time. */
  readonly slots: number;
}

/** A task of 0.5 GB holds 10 000 idle connections (test/integration/relay/memory.test.ts), with room for what they send. */
const CONNECTIONS_PER_MB = 20;
/** For the program and its connections, before there is a slot. */
const BASE_MB = 256;
/** A message of 64 MB, as received and as one buffer, with what its handling needs (measured: up to 180 MB for fragments). */
const SLOT_MB = 160;

export function capacityOf(memoryMb: number): Capacity {
  return {
    connections: Math.floor(memoryMb * CONNECTIONS_PER_MB),
    slots: Math.max(1, Math.floor((memoryMb - BASE_MB) / SLOT_MB)),
  };
}
