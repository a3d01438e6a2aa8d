import type { FunctionName } from './functions.ts';
import { omitUndefined } from './omit-undefined.ts';

type Reserved = Partial<Record<FunctionName | 'console', number>>;

/** Concurrent executions that AWS keeps free for functions without a reservation (Lambda developer guide, "Reserved concurrency"). */
const UNRESERVED = 100;
/** From this number on, reservations are used. Below it, the limits of the APIs must be enough. */
const MIN_FOR_RESERVATIONS = 2 * UNRESERVED;
/** Each function's share of what can be reserved. A reservation is also a limit: strangers reach `api`, `command`, `console`, `session`. */
const SHARES = { notify: 0.25, session: 0.25, respond: 0.1, api: 0.1, command: 0.1, console: 0.02 } as const;
/** What must be left when requests wait: one execution each for `notify`, `respond`, `project` and `sweep`. */
const NOT_WAITING = 4;

/** Requests a second, and how many at the same time. */
interface RateLimit {
  readonly rate: number;
  readonly burst: number;
}
type Given = { readonly [Name in keyof RateLimit]?: RateLimit[Name] | undefined };

/** Settings that depend on the account's concurrency; absent ones are derived from it. */
export interface ConcurrencySettings {
  readonly accountConcurrency: number;
  readonly maxWaitingRequests?: number | undefined;
  readonly maxWaitingRequestsPerGroup?: number | undefined;
  readonly notifyReservedConcurrency?: number | undefined;
  /** Whether there is a console. */
  readonly console: boolean;
  readonly webSocketThrottling: Given;
  readonly connectThrottling: Given;
  readonly httpThrottling: Given;
}

/** Below the quotas in the smaller Regions (2 500 requests a second, burst 1 250). */
const MAX_RATE = 1000;
const MAX_BURST = 500;

/**
 * The limits of one route that strangers can call. Without reservations: a cold execution takes a second, so a flood of one route takes
 * up to burst + rate × 1 s executions, which is 40 % of the account's.
 */
function unauthenticatedLimit(executions: number): RateLimit {
  if (executions < MIN_FOR_RESERVATIONS) {
    const fifth = Math.floor(executions / 5);
    return { rate: fifth, burst: fifth };
  }
  return { rate: Math.min(MAX_RATE, executions), burst: Math.min(MAX_BURST, Math.floor(executions / 2)) };
}

const withDerived = ({ rate, burst }: Given, derived: RateLimit): RateLimit => {
  return { rate: rate ?? derived.rate, burst: burst ?? derived.burst };
};

/** The settings, completed with values derived from the account's concurrency. */
export function withBudget<Settings extends ConcurrencySettings>(settings: Settings) {
  const { accountConcurrency: executions, notifyReservedConcurrency } = settings;
  const maxWaitingRequests = settings.maxWaitingRequests ?? Math.min(6, Math.floor(executions * 0.3));
  const unauthenticated = unauthenticatedLimit(executions);
  // New connections have a quota of their own: 500 a second.
  const connects = { ...unauthenticated, rate: Math.min(MAX_BURST, unauthenticated.rate) };
  return {
    ...settings,
    maxWaitingRequests,
    maxWaitingRequestsPerGroup: settings.maxWaitingRequestsPerGroup ?? Math.ceil(maxWaitingRequests / 2),
    webSocketThrottling: withDerived(settings.webSocketThrottling, { rate: MAX_RATE, burst: MAX_BURST }),
    connectThrottling: withDerived(settings.connectThrottling, connects),
    httpThrottling: withDerived(settings.httpThrottling, unauthenticated),
    reservedConcurrency: {
      ...derivedReservations(executions, maxWaitingRequests, settings.console),
      ...omitUndefined({ notify: notifyReservedConcurrency }),
    } as Reserved,
  };
}

/** Waiting requests are added to the share of `command`. */
function derivedReservations(executions: number, waiting: number, hasConsole: boolean): Reserved {
  if (executions < MIN_FOR_RESERVATIONS) return {};
  const of = (share: number) => Math.floor(share * (executions - UNRESERVED));
  return {
    notify: of(SHARES.notify),
    session: of(SHARES.session),
    respond: of(SHARES.respond),
    api: of(SHARES.api),
    command: of(SHARES.command) + waiting,
    ...(hasConsole && { console: of(SHARES.console) }),
  };
}

/** A task of the relay needs no more, because reconnecting domains wait for their turn. */
const MAX_OF_TASK = 50;

/**
 * How many events of strangers (the routes of `session`) each of the relay's tasks has under way at most. API Gateway has
 * `connectThrottling` for this; at the relay they wait. Without this limit domains that all reconnect would take all executions.
 */
export function unauthenticatedConcurrency(
  {
    accountConcurrency,
    reservedConcurrency,
  }: Pick<ReturnType<typeof withBudget>, 'accountConcurrency' | 'reservedConcurrency'>,
  tasks: number,
): number {
  const share = reservedConcurrency.session ?? unauthenticatedLimit(accountConcurrency).burst;
  return Math.max(1, Math.min(MAX_OF_TASK, Math.floor(share / tasks)));
}

export interface BudgetProblem {
  readonly setting: keyof ConcurrencySettings;
  /** The text that follows the name of the setting. */
  readonly message: string;
}

/** Why AWS would refuse the reservations, or waiting requests would leave too little. */
export function budgetProblems(settings: ReturnType<typeof withBudget>): BudgetProblem[] {
  const { accountConcurrency, reservedConcurrency, maxWaitingRequests, maxWaitingRequestsPerGroup } =
    settings;
  const problems: BudgetProblem[] = [];
  if (maxWaitingRequestsPerGroup > maxWaitingRequests) {
    const message = `must be maxWaitingRequests (${maxWaitingRequests}) at most`;
    problems.push({ setting: 'maxWaitingRequestsPerGroup', message });
  }
  const reserved = Object.values(reservedConcurrency).reduce((sum, executions) => sum + executions, 0);
  // Without a reservation their functions use what is not reserved. Then only `notify` may have a reservation.
  const others = NOT_WAITING - Object.keys(reservedConcurrency).length;
  const waiting = reservedConcurrency.command === undefined ? maxWaitingRequests + others : 0;
  const unreserved = Math.max(reserved > 0 ? UNRESERVED : 0, waiting);
  const needed = reserved + unreserved;
  if (needed > accountConcurrency) {
    const why =
      unreserved > waiting
        ? `${reserved} executions would be reserved (maxWaitingRequests and notifyReservedConcurrency included), and AWS keeps ${UNRESERVED} unreserved`
        : `${maxWaitingRequests} requests may wait (maxWaitingRequests)`;
    problems.push({ setting: 'accountConcurrency', message: `must be ${needed} at least, since ${why}` });
  }
  return problems;
}
