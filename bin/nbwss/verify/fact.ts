/** A fact about AWS that no documentation states clearly, and that the local cloud had to assume. */
import { omitUndefined } from '../../../lambdas/platform/omit-undefined.ts';
import type { Channel, Closed } from './channel.ts';
import type { Answered, RequestOptions } from './raw-request.ts';

/** A value as it is printed. */
export type Value = string;

/** The passage of time, which tests speed up. */
export interface Time {
  /** Epoch ms. */
  now(): number;
  pass(ms: number): Promise<void>;
}

export interface Waits {
  readonly time: Time;
  /** For what should come immediately; a longer silence is a finding. */
  readonly soonMs: number;
  /** How long to wait where nothing must come. */
  readonly silenceMs: number;
  /** Whether to measure facts that take ten minutes, or two hours. */
  readonly minutes: boolean;
  readonly hours: boolean;
}

/** The deployment, with a group of its own. */
export interface Target {
  readonly waits: Waits;
  readonly groupId: string;
  readonly url: string;
  open(url?: string): Promise<Channel>;
  /** A connection that is the session of the group. */
  connect(): Promise<Channel>;
  /** Calls the HTTP API with the admin key. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

/** The probe: an API whose routes fail on purpose (`lib/probe-stack.ts`). */
export interface Probe {
  readonly waits: Waits;
  open(): Promise<Channel>;
  /** Sends a request to its HTTP API. */
  request(path: string, options?: RequestOptions): Promise<Answered>;
}

export interface Fact<Context> {
  readonly id: string;
  readonly question: string;
  /** The behaviour of the local cloud. Absent where it models nothing: then the measured value is only reported. */
  readonly assumed?: Value;
  /** The meaning of a difference, and what to change; if it was not measured, how to measure it. */
  readonly consequence: string;
  /** Absent: this program cannot provoke it. @throws NotMeasured */
  measure?(context: Context): Promise<Value>;
}

/** A fact that could not be measured this time, with the reason. */
export class NotMeasured extends Error {
  override readonly name = 'NotMeasured';
}

export type Verdict = 'as assumed' | 'DIFFERENT' | 'measured' | 'not measured';

export interface Finding {
  readonly fact: string;
  readonly question: string;
  readonly assumed?: Value;
  readonly measured?: Value;
  readonly verdict: Verdict;
  readonly consequence: string;
}

const failure = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Never rejects: a failed measurement is a finding. */
export async function examine<Context>(fact: Fact<Context>, context: Context | undefined): Promise<Finding> {
  const { id, question, assumed, consequence, measure } = fact;
  const base = { fact: id, question, consequence, ...omitUndefined({ assumed }) };
  if (!measure || context === undefined) return { ...base, verdict: 'not measured' };
  try {
    const measured = await measure(context);
    if (assumed === undefined) return { ...base, measured, verdict: 'measured' };
    return { ...base, measured, verdict: measured === assumed ? 'as assumed' : 'DIFFERENT' };
  } catch (error) {
    // A result other than a value is a difference too, unless the measurement was not possible.
    if (error instanceof NotMeasured)
      return { ...base, verdict: 'not measured', consequence: `${failure(error)} ${consequence}` };
    return { ...base, measured: `failed: ${failure(error)}`, verdict: 'DIFFERENT' };
  }
}

export const describeClose = ({ code, reason }: Closed): string =>
  `closed with ${code}${reason === '' ? '' : ` ${reason}`}`;
