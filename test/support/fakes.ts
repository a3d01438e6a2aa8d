/** Stands-in for what a function has around it: a log, a clock, a gateway, a vault, and the events that come in. */
import { readFileSync } from 'node:fs';
import type { Bus, BusEvent } from '../../lambdas/platform/bus/bus.ts';
import { type DetailType, EVENT_SCHEMAS } from '../../lambdas/platform/bus/event-schemas.ts';
import type { CloseReason } from '../../lambdas/platform/gateway/close-codes.ts';
import type { Gateway, Posted } from '../../lambdas/platform/gateway/gateway.ts';
import type { Detail, Log } from '../../lambdas/platform/logger.ts';
import type { SealContext, Vault } from '../../lambdas/platform/vault.ts';

export interface Line {
  readonly level: 'info' | 'count' | 'warn' | 'error';
  readonly code: string;
  readonly detail: Detail;
  readonly error?: unknown;
}

/** A log that keeps its lines. */
export const fakeLog = (): Log & { readonly lines: Line[]; codes(): string[] } => {
  const lines: Line[] = [];
  return {
    lines,
    codes: () => lines.map(({ code }) => code),
    info: (code, detail = {}) => lines.push({ level: 'info', code, detail }),
    count: (code, detail = {}) => lines.push({ level: 'count', code, detail }),
    warn: (code, detail = {}) => lines.push({ level: 'warn', code, detail }),
    error: (code, error, detail = {}) => lines.push({ level: 'error', code, detail, error }),
  };
};

/** @throws ZodError when an event does not conform to its schema */
export const checkEvent = ({ detailType, detail }: BusEvent): void =>
  void EVENT_SCHEMAS[detailType as DetailType].strict().parse(detail);

/** A bus that records the published events, and refuses those that do not conform to their schemas. */
export const fakeBus = (): Bus & { readonly published: BusEvent[] } => {
  const published: BusEvent[] = [];
  const publish = async (events: readonly BusEvent[]) => {
    for (const one of events) checkEvent(one);
    published.push(...events);
  };
  return { published, publish };
};

/** An error of the SDK: DynamoDB or another service did not answer. */
export const noAnswer = (): Error => Object.assign(new Error('away'), { $metadata: { attempts: 3 } });

/** A clock that stands until it is told otherwise. */
export const fakeClock = (start = 1_700_000_100_000) => {
  let now = start;
  const clock = () => now;
  return Object.assign(clock, {
    advance: (ms: number) => {
      now += ms;
    },
  });
};

export interface Message {
  readonly id: string;
  readonly type: string;
  readonly subType: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** A gateway that keeps what it was given. `answers` decides what becomes of a message. */
export class FakeGateway implements Gateway {
  readonly posted: { connectionId: string; message: Message }[] = [];
  readonly closed: string[] = [];
  /** Why a connection was closed, the last time. */
  readonly reasons = new Map<string, CloseReason>();
  readonly gone = new Set<string>();
  readonly active = new Map<string, number>();
  answers: (connectionId: string, message: Message) => Posted | Promise<Posted> = () => 'accepted';

  async post(connectionId: string, text: string): Promise<Posted> {
    const message = JSON.parse(text) as Message;
    this.posted.push({ connectionId, message });
    return this.gone.has(connectionId) ? 'gone' : this.answers(connectionId, message);
  }
  async close(connectionId: string, reason: CloseReason): Promise<boolean> {
    this.closed.push(connectionId);
    this.reasons.set(connectionId, reason);
    return !this.gone.has(connectionId);
  }
  async lastActiveAt(connectionId: string): Promise<number | undefined> {
    return this.gone.has(connectionId) ? undefined : (this.active.get(connectionId) ?? 0);
  }
}

/** Seals visibly, and opens only what was sealed for the same purpose. */
export const fakeVault: Vault = {
  seal: async (text, context) => ({
    key: JSON.stringify(context),
    iv: '',
    tag: '',
    data: btoa(encodeURIComponent(text)),
  }),
  open: async (sealed, context: SealContext) => {
    if (sealed.key !== JSON.stringify(context)) throw new Error('Sealed for something else.');
    return decodeURIComponent(atob(sealed.data));
  },
  sealBytes: async (bytes, context) =>
    Buffer.from(JSON.stringify([context, Buffer.from(bytes).toString('base64')])),
  openBytes: async (sealed, context: SealContext) => {
    const [sealedFor, data] = JSON.parse(Buffer.from(sealed).toString());
    if (JSON.stringify(sealedFor) !== JSON.stringify(context)) throw new Error('Sealed for something else.');
    return Buffer.from(data, 'base64');
  },
};

/** A MESSAGE event as API Gateway sends it. */
export const messageEvent = (routeKey: string, body: string, connectionId = 'connection-1') => ({
  requestContext: {
    routeKey,
    messageId: 'TN6rnfMHIAMCE5w=',
    eventType: 'MESSAGE',
    extendedRequestId: 'TN6rnGaHoAMFcbQ=',
    requestTime: '14/Nov/2023:22:15:00 +0000',
    messageDirection: 'IN',
    stage: 'nbwss',
    connectedAt: 1_700_000_000_000,
    requestTimeEpoch: 1_700_000_100_000,
    identity: { sourceIp: '192.0.2.10' },
    requestId: 'TN6rnGaHoAMFcbQ=',
    domainName: 'abcdef1234.execute-api.eu-central-1.amazonaws.com',
    connectionId,
    apiId: 'abcdef1234',
  },
  body,
  isBase64Encoded: false,
});

export interface Vector {
  readonly name: string;
  readonly clause: string;
  readonly direction: 'in' | 'out';
  readonly message?: {
    readonly id: string;
    readonly type: string;
    readonly subType: string;
    readonly timeStamp: number;
    readonly payload: unknown;
  };
  readonly text?: string;
}
/** The contract's example messages. */
export const vectors = JSON.parse(readFileSync('test/fixtures/messages.json', 'utf8')) as readonly Vector[];
export const vector = (name: string) => {
  const message = vectors.find((one) => one.name === name)?.message;
  if (!message) throw new Error(`There is no vector ${name}.`);
  return message;
};
