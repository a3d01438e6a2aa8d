import type { TargetGroupSpec } from '../assembly/balancers.ts';
import { watchHealth } from './health.ts';

/** `draining`: deregistered, with open connections. */
export type TargetState = 'initial' | 'healthy' | 'unhealthy' | 'draining';

export interface Target {
  readonly address: string;
  readonly port: number;
}

interface Registered extends Target {
  state: TargetState;
  /** Resets of its open connections. */
  readonly connections: Set<() => void>;
  readonly stopChecks: () => void;
}

export type TargetGroup = ReturnType<typeof createTargetGroup>;

/** The targets of a balancer: their health, and which of them gets the next connection. */
export function createTargetGroup(
  spec: TargetGroupSpec,
  onChange: (target: Target, state: TargetState) => void,
) {
  const targets = new Map<string, Registered>();
  let turn = 0;

  function changed(target: Registered, state: TargetState): void {
    target.state = state;
    if (state === 'unhealthy' && spec.closesUnhealthy) for (const reset of target.connections) reset();
    onChange(target, state);
  }

  return {
    spec,
    register(target: Target): void {
      const { address, port } = target;
      const registered: Registered = {
        ...target,
        state: 'initial',
        connections: new Set(),
        stopChecks: watchHealth(spec.healthCheck, address, port, (healthy) =>
          changed(registered, healthy ? 'healthy' : 'unhealthy'),
        ),
      };
      targets.set(address, registered);
    },
    /** The target gets no new connections; open ones stay. */
    deregister(address: string): void {
      const target = targets.get(address);
      if (!target) return;
      target.stopChecks();
      targets.delete(address);
      changed(target, 'draining');
    },
    stateOf: (address: string): TargetState => targets.get(address)?.state ?? 'draining',
    count: (state: TargetState): number =>
      [...targets.values()].filter((target) => target.state === state).length,
    /** Chooses the target of a connection, in rotation. @returns undefined if none is healthy */
    choose(): { readonly target: Target; readonly connections: Set<() => void> } | undefined {
      const healthy = [...targets.values()].filter(({ state }) => state === 'healthy');
      turn += 1;
      const target = healthy[turn % healthy.length];
      return target && { target, connections: target.connections };
    },
    stop(): void {
      for (const { stopChecks } of targets.values()) stopChecks();
    },
  };
}
