/** One round of a played NetBackup domain, from outside: through the WebSocket URL and the HTTP API. */
import { randomUUID } from 'node:crypto';
import { connectRequest, createMessage, isTokenAccepted } from '../../netbackup/wire/create-message.ts';
import { Peer, type Reply } from '../../netbackup/wire/peer.ts';
import { trusting } from '../../netbackup/wire/trust.ts';
import { pause } from '../platform/backoff.ts';

/** The steps of a round. `answer` lasts until NetBackup's response to the command can be read. */
export const STEPS = ['connect', 'authenticate', 'acknowledge', 'query', 'command', 'answer'] as const;
export type Step = (typeof STEPS)[number];

export interface RoundOptions {
  readonly groupId: string;
  /** `wss://host[:port]/stage`. */
  readonly webSocketUrl: string;
  readonly token: string;
  /** Base URL of the HTTP API. */
  readonly apiUrl: string;
  /** An API key with the scope `command`. */
  readonly apiKey: string;
  /** PEM certificates to trust; if empty, those that this machine trusts. */
  readonly trusted: readonly string[];
  /** The longest duration of the whole round. */
  readonly timeoutMs: number;
}

/** The steps that succeeded, with their durations in milliseconds, and the step that failed, if any. */
export interface Round {
  readonly steps: readonly { readonly step: Step; readonly ms: number }[];
  readonly failure?: { readonly step: Step; readonly reason: string };
}

/** Always the same job, so that the tables do not grow. Not a backup, so that no history and no summary counts it. */
export const CANARY_JOB = 1;
const POLL_MS = 200;
const OPEN_STATES: readonly unknown[] = ['queued', 'sent'];

/** A finished job that is recognized by its start, in epoch seconds. */
const jobOf = (startTime: number) => ({
  notificationType: 'INFO',
  object: 'JOB',
  data: [
    {
      jobId: CANARY_JOB,
      parentJobId: CANARY_JOB,
      jobType: 'CATALOG_VERIFY',
      state: 'DONE',
      status: 0,
      startTime,
      policyName: '',
      policyType: 'STANDARD',
      scheduleType: 'ST_USER',
      clientName: 'nbwss-canary',
    },
  ],
});

/** Reads this machine's certificates once, so that the time for it does not count for the first connection. */
export const prepareTls = (): void => void trusting([]);

const requireResponse = (reply: Reply): void => {
  if (reply.kind === 'closed') throw new Error(`the connection was closed with ${reply.code}`);
  if (reply.kind === 'timeout') throw new Error('no response in time');
};

type Json = Readonly<Record<string, unknown>>;
/** Calls the group's part of the API. Undefined for 404. */
const apiOf =
  ({ apiUrl, apiKey, groupId }: RoundOptions, remaining: () => number) =>
  async (method: string, path: string, body?: unknown): Promise<Json | undefined> => {
    const response = await fetch(`${apiUrl}/v1/groups/${encodeURIComponent(groupId)}${path}`, {
      method,
      headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(remaining()),
    });
    const text = await response.text();
    if (response.status === 404) return undefined;
    // The path is ours; another server's response may contain anything.
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status}`);
    return JSON.parse(text) as Json;
  };

/** Plays a domain for one round. Never rejects. It replaces the session of the group, and ends without one. */
export const playRound = async (options: RoundOptions): Promise<Round> => {
  const { webSocketUrl, token, trusted, timeoutMs } = options;
  const deadline = performance.now() + timeoutMs;
  const remaining = () => Math.max(1, Math.ceil(deadline - performance.now()));
  const call = apiOf(options, remaining);
  const body = randomUUID();
  const steps: { step: Step; ms: number }[] = [];
  let current: Step = 'connect';
  let peer: Peer | undefined;

  const timed = async <T>(step: Step, run: () => Promise<T>): Promise<T> => {
    current = step;
    const startedAt = performance.now();
    const result = await run();
    steps.push({ step, ms: Math.round(performance.now() - startedAt) });
    return result;
  };
  /** Repeats `find` until it returns something; throws at the deadline. */
  const poll = async <T>(what: string, find: () => Promise<T | undefined>): Promise<T> => {
    for (;;) {
      const found = await find();
      if (found !== undefined) return found;
      if (remaining() <= POLL_MS) throw new Error(`${what}: not in time`);
      await pause(POLL_MS);
    }
  };

  try {
    const opened = await timed('connect', () =>
      Peer.open(webSocketUrl, {
        trusted,
        timeoutMs: remaining(),
        respond: ({ id }) =>
          createMessage('COMMAND', 'RESPONSE', { headers: {}, responseCode: 200, body }, { id }),
      }),
    );
    peer = opened;
    await timed('authenticate', async () => {
      const reply = await opened.request(connectRequest(token), remaining());
      requireResponse(reply);
      if (reply.kind === 'response' && !isTokenAccepted(reply.message))
        throw new Error('the token was refused');
    });
    const startTime = Math.floor(Date.now() / 1000);
    await timed('acknowledge', async () => {
      const request = createMessage('NOTIFICATION', 'REQUEST', [jobOf(startTime)]);
      requireResponse(await opened.request(request, remaining()));
    });
    await timed('query', () =>
      poll('the job in the API', async () => {
        const job = await call('GET', `/jobs/${CANARY_JOB}`);
        return job?.['startTime'] === startTime ? job : undefined;
      }),
    );
    const commandId = await timed('command', async () => {
      const created = await call('POST', '/commands', { method: 'GET', uri: '/netbackup/ping' });
      const id = String(created?.['commandId']);
      const arrived = await opened.waitFor(
        () => opened.received.find(({ message }) => message?.type === 'COMMAND' && message.id === id),
        remaining(),
      );
      if (!arrived) throw new Error('the COMMAND did not arrive');
      return id;
    });
    await timed('answer', async () => {
      const { state, response } = await poll('the response in the API', async () => {
        const command = await call('GET', `/commands/${commandId}`);
        return OPEN_STATES.includes(command?.['state']) ? undefined : command;
      });
      if (state !== 'completed') throw new Error(`the command is ${state}`);
      if ((response as Json | undefined)?.['body'] !== body) throw new Error('the response has another body');
    });
    return { steps };
  } catch (error) {
    return {
      steps,
      failure: { step: current, reason: error instanceof Error ? error.message : String(error) },
    };
  } finally {
    await peer?.close();
  }
};
