import { textStart } from './close.ts';
import type { Connection } from './connection.ts';
import { errorFrame, type GatewayEvent, messageEvent, responsePartEvent } from './events.ts';
import { type IntegrationResult, isSuccess } from './integration.ts';
import { type InvocationOptions, type Invocations, isFailure } from './invocations.ts';
import type { Message } from './message.ts';
import { createBatchDelivery } from './parts/delivery.ts';
import { routeOf, scanMessage } from './parts/scan.ts';
import type { BatchDelivery, ScannedMessage } from './parts/types.ts';
import { sendResponseParts } from './response-parts.ts';
import { routeSelector } from './routes.ts';
import type { WebSocketApiSpec, WebSocketRouteSpec } from './types.ts';

/** What is sent to the client when its message was not handled: API Gateway's error frame, or nothing. */
export type Failures = 'error-frame' | 'silence';

export interface DeliveryOptions extends InvocationOptions {
  readonly invocations: Invocations;
  readonly failures: Failures;
  /** The routes on which a failed function is called again, if `failures` is `silence`. */
  readonly retriedRoutes: readonly string[];
}

/** Gives the messages of connections to their functions, and sends the answers. */
export function createDelivery(spec: WebSocketApiSpec, options: DeliveryOptions) {
  const { invocations, failures, retriedRoutes, limits, clock, draw, log, count } = options;
  const silent = failures === 'silence';
  const routes = routeSelector(spec);
  /** Those of connections that have sent a large NOTIFICATION. */
  const batches = new WeakMap<Connection, BatchDelivery>();

  const unanswered = ({ facts }: Connection, routeKey: string, reason: string | undefined) => {
    count('MessageUnanswered');
    const detail = { connectionId: facts.connectionId };
    log({ source: 'websocket', message: `${routeKey}: unanswered: ${reason}`, detail });
  };

  const integrate = (route: WebSocketRouteSpec, event: GatewayEvent, since: number) =>
    silent
      ? invocations.repeatedly(
          route,
          event,
          since + limits.retryMs,
          retriedRoutes.includes(route.routeKey) ? 'failures' : 'throttles',
        )
      : invocations.once(route, event);

  async function deliverText(connection: Connection, text: string, arrivedAt: number): Promise<void> {
    return deliverOn(routes.ofText(text), connection, text, arrivedAt);
  }

  async function deliverOn(
    route: WebSocketRouteSpec | undefined,
    connection: Connection,
    text: string,
    arrivedAt: number,
  ): Promise<void> {
    const event = messageEvent(connection.facts, route?.routeKey ?? '$default', text, arrivedAt);
    if (!route) {
      if (silent) return unanswered(connection, '$default', 'no such route');
      return connection.send(errorFrame('Forbidden', event));
    }
    const outcome = await integrate(route, event, arrivedAt);
    return silent ? answer(connection, route, outcome) : answerWithFrames(connection, route, outcome, event);
  }

  /** Like API Gateway: a failure is answered with its error frame. */
  function answerWithFrames(
    connection: Connection,
    { twoWay }: WebSocketRouteSpec,
    outcome: IntegrationResult,
    event: GatewayEvent,
  ): void {
    if (outcome.error) connection.send(errorFrame(outcome.error, event));
    // The result of a one-way route is dropped, whatever its status.
    else if (!twoWay) return;
    else if (!isSuccess(outcome)) connection.send(errorFrame('Internal server error', event));
    else if (outcome.body || limits.emptyTwoWayBodySent) connection.send(outcome.body);
  }

  /** Nothing but what the function says reaches NetBackup, which could not decode it (ENV-5). */
  function answer(connection: Connection, route: WebSocketRouteSpec, outcome: IntegrationResult): void {
    const { routeKey, twoWay } = route;
    const { reason, status, body } = outcome;
    if (isFailure(outcome)) unanswered(connection, routeKey, reason ?? `status ${status}`);
    else if (!twoWay) return;
    else if (!isSuccess(outcome) || !body) unanswered(connection, routeKey, `status ${status}, no answer`);
    else {
      batches.get(connection)?.forget();
      connection.answer(body);
    }
  }

  /** One of more than `eventBytes`. */
  async function deliverLarge(connection: Connection, message: Message): Promise<void> {
    const { arrivedAt } = message;
    const body = message.take();
    const scanned = await scanMessage(body);
    const route = routes.ofKey(routeOf(scanned, spec.routeMember));
    if (!scanned || !route || route.routeKey === '$default') {
      // Nobody can use the whole of it, but its beginning says what it is.
      const text = textStart(body, limits.eventBytes);
      return deliverOn(routes.ofKey('$default'), connection, text, arrivedAt);
    }
    if (route.twoWay) return deliverBatch(connection, route, message, scanned);
    if (body.length <= limits.oneWayEventBytes)
      return deliverOn(route, connection, body.toString(), arrivedAt);
    return deliverResponseParts(connection, route, body);
  }

  async function deliverBatch(
    connection: Connection,
    route: WebSocketRouteSpec,
    message: Message,
    scanned: ScannedMessage,
  ): Promise<void> {
    const batch = batches.get(connection) ?? newBatch(connection, route);
    batches.set(connection, batch);
    const text = await batch.deliver(scanned, message.arrivedAt + limits.retryMs);
    message.background = batch.idle();
    if (text === undefined) unanswered(connection, route.routeKey, 'not all parts are stored');
    else connection.answer(text);
  }

  function newBatch(connection: Connection, route: WebSocketRouteSpec): BatchDelivery {
    return createBatchDelivery({
      clock,
      draw,
      retried: () => count('InvocationRetried'),
      invoke: async (part) => {
        const event = messageEvent(connection.facts, route.routeKey, part.toString(), clock.now());
        const outcome = await invocations.once(route, event);
        return isSuccess(outcome) && !outcome.error ? outcome.body || undefined : undefined;
      },
    });
  }

  async function deliverResponseParts(
    connection: Connection,
    route: WebSocketRouteSpec,
    body: Buffer,
  ): Promise<void> {
    const { facts } = connection;
    // NetBackup does not wait for an answer, so each part has the time of a message.
    const arrived = await sendResponseParts(body, limits, async (bytes, part) => {
      const now = clock.now();
      const event = responsePartEvent(facts, route.routeKey, bytes, part, now);
      return isSuccess(await integrate(route, event, now));
    });
    if (!arrived) unanswered(connection, route.routeKey, 'not all parts have arrived');
  }

  return {
    /** Handles one message. Never rejects. */
    async deliver(connection: Connection, message: Message): Promise<void> {
      try {
        if (message.length > limits.eventBytes) await deliverLarge(connection, message);
        else await deliverText(connection, message.take().toString(), message.arrivedAt);
      } catch (error) {
        unanswered(connection, 'a message', String(error));
      }
    },
    /** The connection has ended. */
    ended: (connection: Connection) => batches.get(connection)?.close(),
  };
}
