import type { Clock } from './clock.ts';
import { type Deferred, deferred } from './deferred.ts';
import { AwsError } from './errors.ts';
import type { KnownCaller } from './front-door/server.ts';

const kinds = ['fail', 'throttle', 'lose', 'delay', 'pause', 'kill', 'partial'] as const;

/** What happens to a call that a rule picks. Text and code forms have the same members. */
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
   * last entry of a batch is reported as failed or unprocessed.
   */
  readonly do: (typeof kinds)[number];
  /** Error code for `fail`, instead of the service's internal error. */
  readonly error?: string;
  readonly ms?: number;
}

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
export interface FaultPoint {
  readonly caller: KnownCaller;
  readonly service: string;
  readonly action: string;
  readonly resources: readonly string[];
}

/** Thrown to break the connection without an answer. */
export class LostAnswer extends Error {}

const internal: Readonly<Record<string, string>> = {
  dynamodb: 'InternalServerError',
  events: 'InternalException',
  kms: 'KMSInternalException',
  sqs: 'InternalFailure',
};

interface Active {
  readonly rule: FaultRule;
  readonly reached: Deferred<void>;
  readonly released: Deferred<void>;
  seen: number;
  hits: number;
}

/** The fault points of the local cloud: every AWS call passes here before and after it is carried out. */
export class Faults {
  readonly #clock: Clock;
  readonly #kill: (environmentId: string) => void;
  readonly #active = new Set<Active>();
  #state: number;

  /** The same seed draws the same chances. */
  constructor(clock: Clock, kill: (environmentId: string) => void, seed: number) {
    this.#clock = clock;
    this.#kill = kill;
    this.#state = seed;
  }

  /** Adds a rule, given in its text form ({@link parseFault}) or as an object. */
  add(fault: FaultRule | string): FaultHandle {
    const rule = typeof fault === 'string' ? parseFault(fault) : fault;
    const active: Active = { rule, reached: deferred(), released: deferred(), seen: 0, hits: 0 };
    this.#active.add(active);
    return {
      reached: active.reached.promise,
      hits: () => active.hits,
      release: () => active.released.resolve(),
      remove: () => this.#remove(active),
    };
  }

  /** Ends all rules. */
  clear(): void {
    for (const active of this.#active) this.#remove(active);
  }

  /**
   * Carries out what the rules say about this call at this moment.
   * @returns true when a batch shall fail in part.
   * @throws AwsError or {@link LostAnswer} in place of the answer.
   */
  async at(when: 'before' | 'after', point: FaultPoint): Promise<boolean> {
    let partial = false;
    for (const active of [...this.#active]) {
      const { rule } = active;
      const { nth = 1, count = 1, chance = 1 } = rule;
      if ((rule.when ?? 'before') !== when || !matches(rule, point)) continue;
      active.seen += 1;
      if (active.seen < nth || active.seen >= nth + count || this.#random() >= chance) continue;
      active.hits += 1;
      active.reached.resolve();
      partial ||= rule.do === 'partial';
      await this.#act(active, point);
    }
    return partial;
  }

  async #act({ rule, released }: Active, { service, caller }: FaultPoint): Promise<void> {
    const code = rule.error ?? internal[service] ?? 'InternalServerErrorException';
    switch (rule.do) {
      case 'fail':
        throw new AwsError(code, `Fault: ${code}`, rule.error ? 400 : 500);
      case 'throttle':
        if (service === 'execute-api') throw new AwsError('LimitExceededException', 'Rate exceeded', 429);
        throw new AwsError('ThrottlingException', 'Rate exceeded');
      case 'delay':
        return new Promise((resolve) => {
          this.#clock.setTimeout(resolve, rule.ms ?? 1_000);
        });
      case 'pause':
        return released.promise;
      case 'kill':
        if (caller.environmentId) this.#kill(caller.environmentId);
        throw new LostAnswer();
      case 'lose':
        throw new LostAnswer();
      default:
        return undefined;
    }
  }

  #remove(active: Active): void {
    active.released.resolve();
    this.#active.delete(active);
  }

  /** A number from 0 to 1 (xorshift32). */
  #random(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) / 2 ** 32;
  }
}

const matches = (rule: FaultRule, { caller, service, action, resources }: FaultPoint): boolean => {
  const partOf = (part: string | undefined, texts: readonly string[]) =>
    part === undefined || texts.some((text) => text.includes(part));
  return (
    partOf(rule.function, caller.names) &&
    partOf(rule.resource, resources) &&
    [undefined, service].includes(rule.service) &&
    [undefined, action].includes(rule.action)
  );
};

/**
 * Reads the text form: `function=notify,service=dynamodb,action=PutItem,nth=2,when=after,do=kill`.
 * @throws Error that names what is wrong.
 */
export function parseFault(text: string): FaultRule {
  const words = ['function', 'service', 'action', 'resource', 'when', 'do', 'error'];
  const numbers = ['nth', 'count', 'chance', 'ms'];
  const rule: Record<string, string | number> = {};
  for (const part of text.split(',')) {
    const [key = '', value = ''] = part.split('=');
    if (words.includes(key) && value) rule[key] = value;
    else if (numbers.includes(key) && value && Number(value) >= 0) rule[key] = Number(value);
    else
      throw new Error(`"${part}" is not a part of a fault; parts are ${[...words, ...numbers].join(', ')}.`);
  }
  if (!kinds.some((kind) => kind === rule['do'])) throw new Error(`A fault says do=${kinds.join('|')}.`);
  if (!/^(before|after)$/.test(String(rule['when'] ?? 'before'))) throw new Error('when is before or after.');
  return rule as unknown as FaultRule;
}
