import { connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import type { Log } from '../../gateway/types.ts';
import type { BalancerSpec } from '../assembly/balancers.ts';
import { isLoopback } from '../host-names.ts';
import { listening } from '../ports.ts';
import type { TargetGroup } from './target-group.ts';

interface BalancerOptions {
  readonly listen: string;
  /** The port of this machine, in place of the listener's; 0 for any free one. */
  readonly port: number;
  /** PEM texts, for a listener that ends TLS. */
  readonly tls: { readonly cert: string; readonly key: string };
  readonly log: Log;
}

export type Balancer = Awaited<ReturnType<typeof startBalancer>>;

/**
 * The listener of a Network Load Balancer. It passes the bytes of each connection on to a healthy target, which sees the address
 * of the client if the target group preserves it: a connection from an address of 127.0.0.0/8 goes on from the same address.
 * @throws StartError when the port is in use
 */
export async function startBalancer(spec: BalancerSpec, { listen, port, tls, log }: BalancerOptions) {
  const open = new Set<Socket>();
  let group: TargetGroup | undefined;
  let onTraffic: (address: string) => void = () => {};
  let bytes = 0;

  function accept(client: Socket): void {
    client.on('error', () => client.destroy());
    const chosen = group?.choose();
    if (!chosen) {
      log({ source: 'elb', message: `${spec.logicalId}: no target is healthy` });
      client.destroy();
      return;
    }
    const { target, connections } = chosen;
    const from = client.remoteAddress?.replace(/^::ffff:/, '') ?? '';
    const keepsAddress = spec.targetGroup.preservesClient && from.includes('.') && isLoopback(from);
    onTraffic(target.address);
    const upstream = connect({
      host: target.address,
      port: target.port,
      allowHalfOpen: true,
      noDelay: true,
      ...(keepsAddress && { localAddress: from }),
    });
    const resetBoth = (): void => {
      reset(client);
      reset(upstream);
    };
    connections.add(resetBoth);
    // The end of one side ends the other in the same way: a reset stays a reset.
    const couple = (one: Socket, other: Socket) => {
      open.add(one);
      one.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        onTraffic(target.address);
      });
      one.once('error', () => reset(other));
      one.once('close', () => {
        open.delete(one);
        if (!one.readableEnded) other.destroy();
      });
      one.pipe(other);
    };
    couple(client, upstream);
    couple(upstream, client);
    upstream.once('close', () => connections.delete(resetBoth));
  }

  const options = { allowHalfOpen: true, noDelay: true };
  const secure = spec.tls
    ? createTlsServer({ ...options, ...tls }, (socket: TLSSocket) => accept(socket))
    : undefined;
  secure?.on('tlsClientError', (_error, socket) => socket.destroy());
  const server: Server = secure ?? createServer(options, accept);
  // Includes connections before their TLS handshake.
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  const bound = await listening(server, listen, port);

  return {
    spec,
    port: bound,
    /** Starts to pass connections on; earlier ones are closed. `traffic` is called with a target that gets or sends data. */
    serve(targets: TargetGroup, traffic: (address: string) => void): void {
      group = targets;
      onTraffic = traffic;
    },
    /** How many bytes it has passed on. */
    bytes: (): number => bytes,
    renew: (certificate: BalancerOptions['tls']): void => secure?.setSecureContext(certificate),
    stop: (): Promise<void> =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

/** A TLS connection can only be closed. */
const reset = (socket: Socket): void => {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
};
