import type { GatewayCount, LogEntry } from '../gateway/types.ts';
import type { Detail, Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** The codes under which what the gateway counts becomes a metric. */
const CODES: Readonly<Record<GatewayCount, string>> = {
  ConnectCount: 'connects',
  MessageCount: 'messages',
  ExecutionError: 'invocation-failed',
  IntegrationError: 'invocation-failed',
  InvocationRetried: 'invocation-retried',
  MessageUnanswered: 'message-unanswered',
  MessageTooLarge: 'message-too-large',
  SlotWait: 'slot-waits',
  IdleClosed: 'idle-closed',
  HandshakeRefused: 'handshake-refused',
};

export const countIn = (metrics: Metrics) => (metric: GatewayCount) => metrics.count(CODES[metric]);

/** The gateway's entries have texts: they become the `text` of one code. */
export const gatewayLog =
  (log: Log) =>
  ({ message, detail = {} }: LogEntry): void =>
    log.info('websocket', { text: message, ...(detail as Detail) });
