/** The ports of a task. */
export const RELAY_PORTS = {
  /** WebSocket connections, from the balancer. */
  webSocket: 8443,
  /** `/@connections/…` from the functions and from other tasks, and `/health` from the balancer. */
  management: 8081,
} as const;
