import { backoffMs } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { GatewayEvent } from './events.ts';
import { type IntegrationResult, integrationResult, throttledResult } from './integration.ts';
import type { WebSocketLimits } from './limits.ts';
import type { GatewayCount, InvokeResult, LambdaService, Log, WebSocketRouteSpec } from './types.ts';
import { invokeWithin } from './values.ts';

const WAITS_MS = { first: 50, most: 800 };

export interface InvocationOptions {
  readonly lambda: LambdaService;
  readonly clock: Clock;
  readonly limits: WebSocketLimits;
  readonly throttle: { admits(routeKey: string): boolean };
  /** Numbers in [0, 1). */
  readonly draw: () => number;
  readonly log: Log;
  readonly count: (metric: GatewayCount) => void;
}

export type Invocations = ReturnType<typeof createInvocations>;

/** Calls functions as integrations: once, or again while that helps. */
export function createInvocations(options: InvocationOptions) {
  const { lambda, clock, limits, throttle, draw, log, count } = options;
  const bodyBytes = Math.min(limits.postBytes, limits.messageBytes);
  let stopped = false;

  async function once(route: WebSocketRouteSpec, event: GatewayEvent): Promise<IntegrationResult> {
    const { routeKey, functionArn } = route;
    const { eventType, connectionId } = event.requestContext;
    if (!throttle.admits(routeKey)) return throttledResult(limits.throttledMessage);
    count(eventType === 'CONNECT' ? 'ConnectCount' : 'MessageCount');
    const result = await invokeWithin(lambda, clock, functionArn, event, limits.integrationTimeoutMs);
    const outcome = integrationResult(result, bodyBytes);
    const failure = failureMetric(result, outcome);
    if (failure) count(failure);
    const message = `${routeKey}: ${outcome.error}: ${outcome.reason}`;
    if (outcome.error) log({ source: 'websocket', message, detail: { connectionId } });
    return outcome;
  }

  return {
    once,
    /**
     * Calls the function until it succeeds, or the next attempt would begin after `until` (epoch ms).
     * @param repeats which failures are tried again; a function that was throttled has not seen the event
     */
    async repeatedly(
      route: WebSocketRouteSpec,
      event: GatewayEvent,
      until: number,
      repeats: 'throttles' | 'failures',
    ): Promise<IntegrationResult> {
      for (let attempt = 0; ; attempt += 1) {
        const outcome = await once(route, event);
        const mayHelp = outcome.throttled || (repeats === 'failures' && isFailure(outcome));
        const wait = Math.ceil(backoffMs(WAITS_MS, attempt, draw));
        if (!mayHelp || stopped || clock.now() + wait >= until) return outcome;
        count('InvocationRetried');
        await new Promise<void>((resolve) => clock.setTimeout(resolve, wait));
      }
    },
    /** No further attempts. */
    stop(): void {
      stopped = true;
    },
  };
}

/** Whether a function did not handle an event: it failed, or says so itself. */
export const isFailure = ({ error, status }: IntegrationResult): boolean =>
  error !== undefined || status >= 500;

/**
 * AWS does not say in which metric a function's own failure is counted. Here: what the function returned, also by throwing an
 * error, is an IntegrationError; a function that was not called, or did not answer in time, an ExecutionError.
 */
function failureMetric(
  result: InvokeResult | undefined,
  outcome: IntegrationResult,
): GatewayCount | undefined {
  if (!outcome.error && outcome.status < 400) return undefined;
  const refused = result?.ok === false && /^(TooManyRequests|AccessDenied)/.test(result.errorType);
  return !result || refused ? 'ExecutionError' : 'IntegrationError';
}
