import { once } from 'node:events';
import type { Server } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { systemClock } from '../gateway/clock.ts';
import { createWebSocketGateway } from '../gateway/gateway.ts';
import { RELAY_LIMITS } from '../gateway/limits.ts';
import { capacityOf } from './capacity.ts';
import { newConnectionId } from './connection-id.ts';
import { createFunctions } from './functions.ts';
import { countIn, gatewayLog } from './gateway-reports.ts';
import type { Log } from './log.ts';
import { thisMachine } from './machine.ts';
import { createManagementServer, type Health } from './management/server.ts';
import type { Metrics } from './metrics.ts';
import type { Settings } from './settings.ts';
import { createCertificateReloader } from './tls/reloader.ts';
import { certificateSource } from './tls/sources.ts';
import { createWebSocketServer } from './websocket-server.ts';

export type Relay = Awaited<ReturnType<typeof startRelay>>;

const METRICS_MS = 60_000;
/** For functions that are still running when all connections are closed; ECS kills a task 10 s after the longest drain. */
const LAST_EVENTS_MS = 8_000;
/** Sockets beyond the open connections: those before their handshake, and those that are told that there are too many. */
const UNOPENED = 1_000;

/**
 * Starts the servers of both ports. Resolves when they accept connections, and the certificate was read or could not be.
 * @throws if the settings have no address, or a port cannot be used
 */
export async function startRelay(settings: Settings, log: Log, metrics: Metrics) {
  const { stage, port, managementPort, drainSeconds } = settings;
  const { address, memoryMb, files } = await thisMachine(settings);
  const own = { address, port: managementPort };
  const capacity = capacityOf(memoryMb, settings.tls.kind !== 'off', files);
  const atOnce = new Map(
    settings.routes.flatMap((route) =>
      route.atOnce === undefined ? [] : [[route.functionArn, route.atOnce]],
    ),
  );
  const functions = createFunctions(atOnce);
  // A domain whose handshake is accepted sends its CONNECT at once: no more of them than can be handled.
  const handshakes = Math.min(RELAY_LIMITS.handshakes, ...atOnce.values());
  const limits = { ...RELAY_LIMITS, ...capacity, handshakes };
  const gateway = createWebSocketGateway(
    { logicalId: 'Relay', apiId: 'relay', routeMember: 'type', stageName: stage, routes: settings.routes },
    {
      lambda: functions,
      clock: systemClock,
      limits,
      order: 'serial',
      failures: 'silence',
      newConnectionId: () => newConnectionId(own),
      log: gatewayLog(log),
      count: countIn(metrics),
    },
  );
  const webSocket = createWebSocketServer({
    tls: settings.tls.kind !== 'off',
    stage,
    handleUpgrade: gateway.handleUpgrade,
    maxConnections: capacity.connections + UNOPENED,
    refused: () => metrics.count('connection-refused'),
  });
  const certificate =
    settings.tls.kind === 'off'
      ? undefined
      : createCertificateReloader(certificateSource(settings.tls), {
          serve: webSocket.setCertificate,
          log,
          clock: systemClock,
        });
  let draining = false;
  const health = (): Health => {
    if (draining) return 'draining';
    return certificate && !certificate.hasCertificate() ? 'no-certificate' : 'ok';
  };
  const management = createManagementServer({
    own,
    connections: gateway.connections,
    maxPostBytes: limits.postBytes,
    health,
    log,
    forwarded: () => metrics.count('forwarded'),
  });
  const report = () => {
    metrics.gauge('Connections', gateway.size());
    metrics.flush();
  };

  await certificate?.started;
  await listen(management, managementPort, address);
  await listen(webSocket.server, port, address);
  const reporting = setInterval(report, METRICS_MS);
  log.info('started', { address, port, managementPort, memoryMb, ...capacity });

  return {
    size: gateway.size,
    /**
     * Health fails at once, and no connection is accepted any more. Each connection is closed at a quiet moment; functions
     * reach those that are still open until the end. Resolves when none is left and $disconnect was delivered for all, or
     * the time is over.
     */
    async drain(): Promise<void> {
      draining = true;
      metrics.count('drain');
      webSocket.server.close();
      const drained = gateway.drain(systemClock.now() + drainSeconds * 1000).then(() => true);
      const late = setTimeout(drainSeconds * 1000 + LAST_EVENTS_MS, false);
      if (!(await Promise.race([drained, late]))) log.warn('drain-incomplete');
      clearInterval(reporting);
      certificate?.stop();
      management.close();
      management.closeAllConnections();
      functions.close();
      report();
    },
  };
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  server.listen(port, host);
  await once(server, 'listening');
}
