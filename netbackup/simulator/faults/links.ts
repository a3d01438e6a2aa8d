import type { Fault } from './fault.ts';

/** The first connection stops responding after `seconds`; its socket stays open. */
export function halfOpen(seconds: number): Fault {
  let isFirst = true;
  return {
    name: 'half-open',
    established: (connection) => {
      if (isFirst) connection.later(seconds * 1000, () => connection.mute());
      isFirst = false;
    },
  };
}

/** Every connection is cut after `seconds` and opened again immediately. */
export function flapping(seconds: number): Fault {
  return {
    name: 'flapping',
    established: (connection) => connection.later(seconds * 1000, () => connection.cut()),
    ended: (context) => context.reconnect(),
  };
}

/**
 * Every full minute the connection is cut and opened again: at the same moment in all domains, or after a random wait of
 * up to `jitterSeconds`.
 */
export function reconnectStorm(jitterSeconds: number): Fault {
  return {
    name: 'reconnect-storm',
    established: (connection, { clock }) => {
      connection.later(MINUTE_MS - (clock.now() % MINUTE_MS), () => connection.cut());
    },
    ended: (context) => {
      if (jitterSeconds === 0) context.reconnect();
      else context.later(context.random.next() * jitterSeconds * 1000, () => context.reconnect());
    },
  };
}

/** Sends another token than that of the details. */
export function wrongToken(): Fault {
  return { name: 'wrong-token', token: (token) => `${token}-wrong` };
}

/** Several domains use one endpoint's details, and so replace each other's connection (CON-4). */
export function sharedToken(): Fault {
  return { name: 'shared-token', sharesToken: true };
}

/** NetBackup cannot store or remove an endpoint's certificate (ERR-13). */
export function truststoreBroken(): Fault {
  return { name: 'truststore-broken', administration: 'truststore' };
}

/** NetBackup's web service cannot reach EMM, where the endpoints are kept (ERR-14, ERR-15). */
export function emmDown(): Fault {
  return { name: 'emm-down', administration: 'emm' };
}

/** NetBackup Access Control is on, which the configuration web service does not support (ERR-16). */
export function nbac(): Fault {
  return { name: 'nbac', administration: 'nbac' };
}

const MINUTE_MS = 60_000;
