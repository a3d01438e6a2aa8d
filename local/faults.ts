import type { Clock } from './clock.ts';
import { type Deferred, deferred } from './deferred.ts';
import { AwsError } from './errors.ts';
import type { KnownCaller } from './front-door/callers.ts';
import { random } from './random.ts';

export const faultKinds = ['fail', 'throttle', 'lose', 'delay', 'pause', 'kill', 'partial'] as const;

/** Which calls are hit, and what happens to them. */
export interface FaultRule {
  /** Part of the calling function's name or logical id. */
  readonly function?: string;
  /** `dynamodb`, `events`, `sqs`, `kms`, `execute-api`. */
  readonly service?: string;
  readonly action?: string;
  /** Part of the ARN of a resource that the call touches. */
  readonly resource?: string;
  /** The first call that is hit, counting from 1 those that match; 1 if left out. */
  readonly nth?: number;
  /** How many calls are hit from there on; 1 if left out, `Infinity` for all. */
  readonly count?: number;
  /** Chance from 0 to 1 that a call so picked is really hit, drawn from the seeded generator. */
  readonly chance?: number;
  /** `after`: the call took effect, then the fault. `before` if left out. */
  readonly when?: 'before' | 'after';
  /**
   * fail: an error answer. throttle: the service's throttling error. lose: the connection breaks without an answer.
   * delay: `ms` later. pause: until released. kill: the execution environment dies. partial (before only): the
   * last entry of PutEvents is reported as failed.
   */
  readonly do: (typeof faultKinds)[number];
  /** Error code for `fail`, instead of the service's internal error; `GoneException` is a 410. */
  readonly error?: string;
  readonly ms?: number;
}

/** A rule that was added: it can be watched, and ended. */
export interface FaultHandle {
  /** Resolves when the rule first hits a call. */
  readonly reached: Promise<void>;
  /** How many calls it has hit. */
  hits(): number;
  /** Lets go what `pause` holds, now and later. */
  release(): void;
  /** Ends the rule; calls that it holds go on. */
  remove(): void;
}

/** A call as rules see it. */
interface FaultPoint {
  readonly caller: KnownCaller;
  readonly service: string;
  readonly action: string;
  readonly resources: readonly string[];
}

/** Thrown to break the connection without an answer. */
export class LostAnswer extends Error {}

const internalErrors: Readonly<Record<string, string>> = {
  dynamodb: 'InternalServerError',
  events: 'InternalException',
  kms: 'KMSInternalException',
  sqs: 'InternalFailure',
};

/** Errors that clients know by their HTTP status. */
const statuses: Readonly<Record<string, number>> = { GoneException: 410 };

interface Active {
  readonly rule: FaultRule;
  readonly reached: Deferred<void>;
  readonly released: Deferred<void>;
  seen: number;
  hits: number;
}

export type Faults = ReturnType<typeof createFaults>;

/** The fault points of the local cloud. The same seed draws the same chances. */
export function createFaults(clock: Clock, kill: (environmentId: string) => void, seed: number) {
  const draw = random(seed);
  const all = new Set<Active>();
  const remove = (active: Active): void => {
    active.released.resolve();
    all.delete(active);
  };

  async function act({ rule, released }: Active, { service, caller }: FaultPoint): Promise<void> {
    if (rule.do === 'pause') await released.promise;
    if (rule.do === 'delay') await new Promise<void>((done) => clock.setTimeout(done, rule.ms ?? 1_000));
    if (rule.do === 'kill' && caller.environmentId) kill(caller.environmentId);
    if (rule.do === 'kill' || rule.do === 'lose') throw new LostAnswer();
    if (rule.do === 'throttle') {
      if (service === 'execute-api') throw new AwsError('LimitExceededException', 'Rate exceeded', 429);
      throw new AwsError('ThrottlingException', 'Rate exceeded');
    }
    if (rule.do === 'fail') {
      const code = rule.error ?? internalErrors[service] ?? 'InternalServerErrorException';
      throw new AwsError(code, `Fault: ${code}`, rule.error ? (statuses[code] ?? 400) : 500);
    }
  }

  return {
    add(rule: FaultRule): FaultHandle {
      const active = { rule, reached: deferred(), released: deferred(), seen: 0, hits: 0 };
      all.add(active);
      return {
        reached: active.reached.promise,
        hits: () => active.hits,
        release: () => active.released.resolve(),
        remove: () => remove(active),
      };
    },
    /** Ends all rules. */
    clear: () => all.forEach(remove),
    /**
     * Carries out what the rules say about a call, before or after it takes effect.
     * @returns true when PutEvents shall fail in part.
     * @throws AwsError or {@link LostAnswer} in place of the answer.
     */
    async at(when: 'before' | 'after', point: FaultPoint): Promise<boolean> {
      let partial = false;
      for (const active of [...all]) {
        const { rule } = active;
        const { nth = 1, count = 1, chance = 1 } = rule;
        if ((rule.when ?? 'before') !== when || !matches(rule, point)) continue;
        active.seen += 1;
        if (active.seen < nth || active.seen >= nth + count || draw() >= chance) continue;
        active.hits += 1;
        active.reached.resolve();
        partial ||= rule.do === 'partial';
        await act(active, point);
      }
      return partial;
    },
  };
}

function matches(rule: FaultRule, { caller, service, action, resources }: FaultPoint): boolean {
  const partOf = (part: string | undefined, texts: readonly string[]) =>
    part === undefined || texts.some((text) => text.includes(part));
  return (
    partOf(rule.function, caller.names) &&
    partOf(rule.resource, resources) &&
    [undefined, service].includes(rule.service) &&
    [undefined, action].includes(rule.action)
  );
}
