import type { ApiHosts, Log } from '../gateway/types.ts';
import { isPrivateApi } from './assembly/apis.ts';
import { balancers as balancersOf } from './assembly/balancers.ts';
import { customDomains } from './assembly/domains.ts';
import type { Resolver, Resource } from './assembly/intrinsics.ts';
import { type Balancer, startBalancer } from './elb/balancer.ts';
import { StartError } from './errors.ts';
import { isWildcard, namesOf } from './host-names.ts';
import { bind, type Port } from './ports.ts';

/** See `LocalCloudOptions`. */
export interface AddressOptions {
  readonly host?: string;
  readonly listen?: string;
  readonly apiPort?: number;
  readonly webSocketPort?: number;
  readonly balancerName?: string;
  readonly balancerHost?: string;
  readonly tls: { readonly cert: string; readonly key: string };
  readonly log?: Log;
}

/**
 * Binds a port for each part of the assembly that has an address: the front door on loopback, the WebSocket API with its
 * `@connections`, the HTTP API with and without TLS, APIs for callers with IAM permissions, and the balancer.
 */
export async function bindAddresses(
  resolver: Resolver,
  options: AddressOptions,
  onStop: (stop: () => Promise<void>) => void,
) {
  const { host = 'localhost', listen = '127.0.0.1', apiPort = 0, webSocketPort = 0, tls, log } = options;
  const { balancerHost = host } = options;
  const open = async (scheme: string, name: string, bound: Promise<Port>) => {
    const port = await bound;
    onStop(() => port.stop());
    return { ...port, url: `${scheme}://${name}:${port.number}` };
  };
  const names = namesOf([listen], [host]);
  const domains = customDomains(resolver);
  const apis = resolver.resources.filter(({ type }) => type === 'AWS::ApiGatewayV2::Api');
  const [balancerSpec, ...others] = balancersOf(resolver);
  if (others.length > 0)
    throw new StartError('The assembly has several balancers; the local cloud runs one.');

  const endpoint = await open('http', '127.0.0.1', bind('127.0.0.1', 0, namesOf([], [])));
  const hasSockets = apis.some(({ raw }) => raw['ProtocolType'] === 'WEBSOCKET');
  const wss = hasSockets ? await open('wss', host, bind(listen, webSocketPort, names, tls)) : undefined;
  const http = await open('http', host, bind(listen, apiPort, names, { ...tls, alsoPlain: true }));
  const privates = new Map<string, Port & { readonly url: string }>();
  for (const api of apis.map((one) => resolver.ref(one)).filter((id) => isPrivateApi(resolver, id)))
    privates.set(api, await open('http', '127.0.0.1', bind('127.0.0.1', 0, namesOf([], []))));
  const balancer: Balancer | undefined =
    balancerSpec &&
    // Clients use the port of WebSockets for the balancer, unless a WebSocket API has it.
    (await startBalancer(balancerSpec, {
      listen,
      port: wss ? 0 : webSocketPort,
      tls,
      log: log ?? (() => {}),
    }));
  if (balancer) onStop(() => balancer.stop());
  for (const port of [wss, http]) port?.alsoNamed(domains.map(({ name }) => name));

  const urlOf = (api: Resource): string =>
    api.raw['ProtocolType'] === 'WEBSOCKET'
      ? (wss?.url ?? '')
      : (privates.get(resolver.ref(api))?.url ?? http.url);

  /**
   * Replaces the host name that an API has on AWS by its local address, adds the port to the host name of a custom domain, and replaces
   * the names of the balancer.
   */
  function localize(text: string): string {
    let local = text;
    for (const api of apis) {
      const url = urlOf(api);
      const name = `${resolver.ref(api)}.execute-api.${api.stack.region}.amazonaws.com`;
      if (url.startsWith('http:')) local = local.replaceAll(`https://${name}`, url);
      local = local.replaceAll(name, url.replace(/^\w+:\/\//, ''));
      for (const domain of domains) {
        if (domain.apiId !== resolver.ref(api)) continue;
        const own = new RegExp(`(://${escaped(domain.name)})(?![\\w.:-])`, 'g');
        local = local.replace(own, `$1:${new URL(url).port}`);
      }
    }
    if (!balancer) return local;
    const { dnsName, port } = balancer.spec;
    for (const name of [dnsName, options.balancerName])
      if (name !== undefined)
        local = local.replace(
          new RegExp(`(?<![\\w.-])${escaped(name)}(:${port}(?!\\d))?(?![\\w.:-])`, 'g'),
          `${balancerHost}:${balancer.port}`,
        );
    return local;
  }

  return {
    endpoint,
    wss,
    http,
    privates,
    balancer,
    urlOf,
    localize,
    /** The first URL among the values that leads to the balancer, or its bare address; empty when there is none. */
    balancerUrl(values: readonly string[]): string {
      if (!balancer) return '';
      const url = `wss://${balancerHost}:${balancer.port}`;
      return values.find((value) => value === url || value.startsWith(`${url}/`)) ?? url;
    },
    /** Names that lead to this machine in the functions, overriding DNS. */
    hostNames: domains.map(({ name }) => name),
    /** The addresses by which this machine reaches the APIs. */
    address: isWildcard(listen) ? '127.0.0.1' : listen,
    renew: (certificate: { readonly cert: string; readonly key: string }): void => {
      for (const port of [wss, http, balancer]) port?.renew(certificate);
    },
  };
}

const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\-]/g, '\\$&');

/** The URL of an API's stage, with its custom domain if it has one. */
export function publicUrl(
  { stageName, domains = {} }: ApiHosts & { stageName: string },
  url: string,
): string {
  const [[name, path] = []] = Object.entries(domains);
  const stage = path ?? (stageName === '$default' ? '' : stageName);
  return url.replace(/\/\/.*(?=:\d+$)/, name ? `//${name}` : '$&') + (stage && `/${stage}`);
}
