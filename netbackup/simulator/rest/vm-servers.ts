import type { Call, Reply, RestContext, Route } from './context.ts';
import { notFound } from './errors.ts';
import { jsonBody, requiredText } from './request-body.ts';

interface VmServer {
  readonly serverName: string;
  readonly proxyServerName: string;
  readonly vmType: string;
  readonly userId: string;
  readonly port: number;
}

/**
 * `/config/servers/vmservers`, the guide's example: create and read. Its links are the guide's (CMD-4): an array of
 * `{rel, href}` with the short host name, port 8443, without `/netbackup`.
 */
export function vmServerRoutes({ primaryName }: RestContext): Route[] {
  const path = '/config/servers/vmservers';
  const servers = new Map<string, VmServer>();
  const [shortName] = primaryName.split('.');
  const toJson = (server: VmServer): Record<string, unknown> => ({
    vmServer: { ...server, password: '' },
    links: [{ rel: 'self', href: `https://${shortName}:8443${path}/${server.serverName}` }],
  });
  const create = (call: Call): Reply => {
    const body = jsonBody(call.body);
    const server: VmServer = {
      serverName: requiredText(body, 'serverName'),
      proxyServerName: String(body['proxyServerName'] ?? ''),
      vmType: requiredText(body, 'vmType'),
      userId: requiredText(body, 'userId'),
      port: Number(body['port'] ?? 0),
    };
    servers.set(server.serverName, server);
    const location = `https://${primaryName}:1556/netbackup${path}/${server.serverName}`;
    return { status: 201, json: toJson(server), headers: { location } };
  };
  const get = ({ params }: Call): Reply => {
    const server = servers.get(params['serverName'] ?? '');
    if (!server) throw notFound();
    return { status: 200, json: toJson(server) };
  };
  return [
    { method: 'POST', path, isChange: true, handle: create },
    { method: 'GET', path: `${path}/{serverName}`, handle: get },
  ];
}
