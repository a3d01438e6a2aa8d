/** The routes of NetBackup's messages: the only table. Those of API Gateway and those of the relay are made from it. */
export interface Route {
  /** The `type` of a message, or one of API Gateway's own routes. */
  readonly routeKey: string;
  readonly handler: RouteHandler;
  /** Whether the result of the function is sent to NetBackup. */
  readonly twoWay: boolean;
  /** Whether somebody without a token can call it. */
  readonly unauthenticated: boolean;
}

/** The functions that a gateway invokes. */
export type RouteHandler = 'session' | 'notify' | 'respond';
export const ROUTE_HANDLERS = ['session', 'notify', 'respond'] as const satisfies readonly RouteHandler[];

const ofSession = (routeKey: string): Route => ({
  routeKey,
  handler: 'session',
  twoWay: false,
  unauthenticated: true,
});

export const ROUTES: readonly Route[] = [
  ofSession('$connect'),
  ofSession('CONNECT'),
  ofSession('$disconnect'),
  ofSession('$default'),
  { routeKey: 'NOTIFICATION', handler: 'notify', twoWay: true, unauthenticated: false },
  { routeKey: 'COMMAND', handler: 'respond', twoWay: false, unauthenticated: false },
];
