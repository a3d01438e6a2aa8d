import type { Call, Reply, RestContext, Route } from './context.ts';
import { conflict, notFound } from './errors.ts';
import { jsonBody, requiredText } from './request-body.ts';

interface VmServer {
  readonly serverName: string;
  readonly proxyServerName: string;
  readonly vmType: string;
  readonly userId: string;
  readonly port: number;
}

/**
 * `/config/servers/vmservers`. Passwords are taken and never shown. Its links are the guide's (CMD-4): an array of
 * `{rel, href}`, the short host name, port 8443, no `/netbackup`.
 */
export function vmServerRoutes(context: RestContext): Route[] {
  const servers = new Map<string, VmServer>();
  const [shortName] = context.primaryName.split('.');
  const show = (server: VmServer): Record<string, unknown> => ({
    vmServer: { ...server, password: '' },
    links: [{ rel: 'self', href: `https://${shortName}:8443/config/servers/vmservers/${server.serverName}` }],
  });
  const find = ({ params }: Call): VmServer => {
    const server = servers.get(params['serverName'] ?? '');
    if (!server) throw notFound();
    return server;
  };
  const create = (call: Call): Reply => {
    const body = jsonBody(call.body);
    const server: VmServer = {
      serverName: requiredText(body, 'serverName'),
      proxyServerName: String(body['proxyServerName'] ?? ''),
      vmType: requiredText(body, 'vmType'),
      userId: requiredText(body, 'userId'),
      port: Number(body['port'] ?? 0),
    };
    if (servers.has(server.serverName)) throw conflict('The entity already exists.');
    servers.set(server.serverName, server);
    return {
      status: 201,
      json: show(server),
      headers: { location: `https://${context.primaryName}:1556/netbackup${call.path}/${server.serverName}` },
    };
  };
  const path = '/config/servers/vmservers';
  return [
    {
      method: 'GET',
      path,
      handle: () => ({ status: 200, json: { vmServers: [...servers.values()].map(show) } }),
    },
    { method: 'POST', path, isChange: true, handle: create },
    {
      method: 'GET',
      path: `${path}/{serverName}`,
      handle: (call) => ({ status: 200, json: show(find(call)) }),
    },
    {
      method: 'DELETE',
      path: `${path}/{serverName}`,
      isChange: true,
      handle: (call) => {
        servers.delete(find(call).serverName);
        return { status: 204 };
      },
    },
  ];
}
