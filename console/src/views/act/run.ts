/** A run: the calls of a plan, each with its result. Pure. */
import type { Schemas } from '../../../../client/paths.ts';
import { type Outcome, outcomeOf } from '../commands/outcome.ts';
import type { ActionName, Target } from './plan.ts';

export type Command = Schemas['Command'];

/** Why the API did not accept a call. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

export interface Item {
  readonly target: Target;
  /** Counts from 0: a new attempt is a new command. */
  readonly attempt: number;
  readonly command?: Command;
  readonly refusal?: Refusal;
}

export interface Run {
  readonly runId: string;
  readonly action: ActionName;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly credential: CredentialChoice;
  readonly items: readonly Item[];
}

/** The stored API key of the domain, one that the person enters, or none. */
export type CredentialChoice = 'group' | 'own' | 'none';

export type ItemState = Outcome | 'waiting';

export const stateOf = ({ command, refusal }: Item): ItemState => {
  if (refusal) return 'failed';
  return command ? outcomeOf(command) : 'waiting';
};

/** The same attempt has the same key, so that it runs once even if it is submitted several times: after a double click, or a reload. */
export const idempotencyKeyOf = ({ runId }: Run, { target, attempt }: Item): string =>
  `console-${runId}-${target.key}-${attempt}`.slice(0, 255);

/** Calls that certainly did not succeed. A call that may have run is not repeated. */
export const isRetryable = (item: Item): boolean => ['failed', 'refused'].includes(stateOf(item));

export const retried = (run: Run): Run => ({
  ...run,
  items: run.items.map((item) =>
    isRetryable(item) ? { target: item.target, attempt: item.attempt + 1 } : item,
  ),
});

export const withItem = (run: Run, key: string, change: Pick<Item, 'command' | 'refusal'>): Run => ({
  ...run,
  items: run.items.map((item) =>
    item.target.key === key ? { target: item.target, attempt: item.attempt, ...change } : item,
  ),
});

export const countsOf = ({ items }: Run): Readonly<Record<ItemState, number>> => {
  const counts: Record<ItemState, number> = {
    waiting: 0,
    open: 0,
    done: 0,
    refused: 0,
    failed: 0,
    unknown: 0,
  };
  for (const item of items) counts[stateOf(item)] += 1;
  return counts;
};

/** The calls whose commands have not ended. */
export const openItems = ({ items }: Run): readonly Item[] =>
  items.filter((item) => stateOf(item) === 'open');

/** The data that is kept over a reload: no bodies of answers. */
export const stored = (run: Run): Run => ({
  ...run,
  items: run.items.map(({ command, ...item }) => {
    if (!command) return item;
    const { response, ...line } = command;
    const { body: _, ...rest } = response ?? { headers: {} };
    return { ...item, command: response ? { ...line, response: { ...rest, headers: {} } } : line };
  }),
});
