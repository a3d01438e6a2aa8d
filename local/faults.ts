import type { Clock } from '../gateway/clock.ts';
import { type Deferred, deferred } from '../gateway/deferred.ts';
import { random } from '../gateway/random.ts';
import { AwsError, StartError } from './errors.ts';
import type { KnownCaller } from './front-door/callers.ts';
import type { FunctionSpec } from './types.ts';

export const faultKinds = ['fail', 'throttle', 'lose', 'delay', 'pause', 'kill', 'partial', 'lag'] as const;

/** Which calls fail, and how. */
export interface FaultRule {
  /** A part of the calling function's name or logical id, in any letter case. */
  readonly function?: string;
  /** `dynamodb`, `events`, `sqs`, `kms`, `s3`, `ses`, `lambda`, `execute-api`. */
  readonly service?: string;
  readonly action?: string;
  /** A part of the ARN of a resource that the call uses. */
  readonly resource?: string;
  /** The first matching call that fails, counting from 1; 1 by default. */
  readonly nth?: number;
  /** How many calls fail from there on; 1 by default, `Infinity` for all. */
  readonly count?: number;
  /** The probability (0 to 1) that such a call fails, by the seeded random numbers. */
  readonly chance?: number;
  /** `after`: the call has taken effect. `before` by default. */
  readonly when?: 'before' | 'after';
  /**
   * fail: an error response. throttle: the throttling error of the service. lose: the connection is closed without a
   * response. delay: by `ms`. pause: until released. kill: ends the execution environment. partial (before only): the last
   * entry of PutEvents is reported as failed. lag (before only): of a write to DynamoDB, the indexes of the table show it `ms` later;
   * with a `chance` they show writes in another order.
   */
  readonly do: (typeof faultKinds)[number];
  /** The error code for `fail`, instead of the service's internal error; `GoneException` is a 410. */
  readonly error?: string;
  readonly ms?: number;
}

/** A rule that was added. */
export interface FaultHandle {
  /** Resolves when the rule is first applied to a call. */
  readonly reached: Promise<void>;
  /** How many calls it was applied to. */
  hits(): number;
  /** Continues calls that `pause` holds, now and later. */
  release(): void;
  /** Removes the rule; calls that it holds continue. */
  remove(): void;
}

/** The properties of a call that rules can match. */
interface FaultPoint {
  readonly caller: KnownCaller;
  readonly service: string;
  readonly action: string;
  readonly resources: readonly string[];
}

/** How rules change a call that is carried out. */
export interface FaultEffects {
  /** The last entry of a batch must fail. */
  readonly partial: boolean;
  /** How long the indexes of a table are behind, ms. */
  readonly lagMs: number;
}

/** Thrown to close the connection without a response. */
export class LostResponse extends Error {}

const internalErrors: Readonly<Record<string, string>> = {
  dynamodb: 'InternalServerError',
  events: 'InternalException',
  kms: 'KMSInternalException',
  lambda: 'ServiceException',
  s3: 'InternalError',
  ses: 'InternalServiceErrorException',
  sqs: 'InternalFailure',
};

/** Errors that clients recognise by their HTTP status. */
const statuses: Readonly<Record<string, number>> = { GoneException: 410 };

interface Active {
  readonly rule: FaultRule;
  readonly reached: Deferred<void>;
  readonly released: Deferred<void>;
  seen: number;
  hits: number;
}

export type Faults = ReturnType<typeof createFaults>;

/** The fault rules of the local cloud. The same seed gives the same random decisions. */
export function createFaults(
  clock: Clock,
  environments: Readonly<Record<'kill' | 'tellTime', (environmentId: string) => void>>,
  seed: number,
  functions: readonly Pick<FunctionSpec, 'functionName' | 'logicalId'>[],
) {
  const draw = random(seed);
  const all = new Set<Active>();
  const remove = (active: Active): void => {
    active.released.resolve();
    all.delete(active);
  };

  async function act({ rule, released }: Active, { service, caller }: FaultPoint): Promise<void> {
    if (rule.do === 'pause') await released.promise;
    if (rule.do === 'delay') await new Promise<void>((done) => clock.setTimeout(done, rule.ms ?? 1_000));
    // If the clock was put forward meanwhile, the function's clock is too.
    if (rule.do === 'pause' && caller.environmentId) environments.tellTime(caller.environmentId);
    if (rule.do === 'kill' && caller.environmentId) environments.kill(caller.environmentId);
    if (rule.do === 'kill' || rule.do === 'lose') throw new LostResponse();
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
    /** @throws StartError for a function that the assembly does not have: the rule would never apply. */
    add(rule: FaultRule): FaultHandle {
      if (
        rule.function !== undefined &&
        !functions.some(({ functionName, logicalId }) => isPart(rule.function, [functionName, logicalId]))
      )
        throw new StartError(
          `No function is called "${rule.function}". The functions are ${functions.map(shortName).sort().join(', ')}.`,
        );
      const active = { rule, reached: deferred(), released: deferred(), seen: 0, hits: 0 };
      all.add(active);
      return {
        reached: active.reached.promise,
        hits: () => active.hits,
        release: () => active.released.resolve(),
        remove: () => remove(active),
      };
    },
    /** Removes all rules. */
    clear: () => all.forEach(remove),
    /**
     * Applies the rules to a call, before or after it takes effect.
     * @throws AwsError or {@link LostResponse} in place of the response.
     */
    async at(when: 'before' | 'after', point: FaultPoint): Promise<FaultEffects> {
      let partial = false;
      let lagMs = 0;
      for (const active of [...all]) {
        const { rule } = active;
        const { nth = 1, count = 1, chance = 1 } = rule;
        if ((rule.when ?? 'before') !== when || !matches(rule, point)) continue;
        active.seen += 1;
        if (active.seen < nth || active.seen >= nth + count || draw() >= chance) continue;
        active.hits += 1;
        active.reached.resolve();
        partial ||= rule.do === 'partial';
        if (rule.do === 'lag') lagMs = Math.max(lagMs, rule.ms ?? 1_000);
        await act(active, point);
      }
      return { partial, lagMs };
    },
  };
}

/** Without the hash with which CDK ends a logical id. */
const shortName = ({ logicalId }: Pick<FunctionSpec, 'logicalId'>): string =>
  logicalId.replace(/[0-9A-F]{8}$/, '').toLowerCase();

const isPart = (part: string | undefined, texts: readonly string[]): boolean =>
  part === undefined || texts.some((text) => text.toLowerCase().includes(part.toLowerCase()));

function matches(rule: FaultRule, { caller, service, action, resources }: FaultPoint): boolean {
  return (
    isPart(rule.function, caller.names) &&
    (rule.resource === undefined || resources.some((arn) => arn.includes(rule.resource ?? ''))) &&
    [undefined, service].includes(rule.service) &&
    [undefined, action].includes(rule.action)
  );
}
