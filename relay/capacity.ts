/** The capacity of a task. */
export interface Capacity {
  /** Open connections; more get 503, so that a flood cannot end the task. */
  readonly connections: number;
  /** Large messages that are received at the same time. */
  readonly slots: number;
}

/** With Node.js 24, an idle connection needs 58 KB with TLS and 10 KB without (test/integration/relay/memory.test.ts). */
const CONNECTIONS_PER_MB = { tls: 12, plain: 20 };
/** Memory for the program and its connections, before there is a slot. */
const BASE_MB = 256;
/** Memory for a message of 64 MB, as received and as one buffer, with what its handling needs (measured: up to 180 MB for fragments). */
const SLOT_MB = 160;

/**
 * Each socket is an open file. These are for sockets before their handshake, to Lambda, and of the management port: without one the
 * balancer's health check fails, and the task is replaced.
 */
const OTHER_FILES = 3_000;

/**
 * @param tls whether TLS ends in the task
 * @param files how many files the process may have open
 */
export function capacityOf(memoryMb: number, tls: boolean, files: number): Capacity {
  const byMemory = Math.floor(memoryMb * CONNECTIONS_PER_MB[tls ? 'tls' : 'plain']);
  return {
    connections: Math.min(byMemory, Math.max(files - OTHER_FILES, Math.floor(files / 2))),
    slots: Math.max(1, Math.floor((memoryMb - BASE_MB) / SLOT_MB)),
  };
}
