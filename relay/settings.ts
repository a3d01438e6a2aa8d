import { isIPv4 } from 'node:net';
import * as z from 'zod/mini';
import { jsonOf } from './json.ts';
import { LOG_LEVELS } from './log.ts';

/** A setting that is missing or wrong. The message is one sentence that names the variable. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** The source of the certificate. `off`: TLS ends at the load balancer, and the relay serves plain TCP. */
export type TlsSetting =
  | { readonly kind: 'off' }
  | { readonly kind: 'file'; readonly certificate: string; readonly key: string }
  | { readonly kind: 'secret'; readonly id: string }
  | { readonly kind: 'acm'; readonly arn: string };

export type Settings = ReturnType<typeof readSettings>;

type Environment = Readonly<Record<string, string | undefined>>;

const digits = z.string().check(z.regex(/^\d+$/));
const wholeNumber = (min: number, max: number) =>
  z.pipe(z.pipe(digits, z.transform(Number)), z.number().check(z.gte(min), z.lte(max)));
const port = wholeNumber(1, 65_535);
/** ECS ends a task 120 s after its SIGTERM. */
const drain = wholeNumber(1, 110);
const route = z.object({
  routeKey: z.string().check(z.minLength(1)),
  functionArn: z.string().check(z.minLength(1)),
  twoWay: z.boolean(),
  /** How many events of the route's function are under way at most; further events wait. */
  atOnce: z.optional(z.int().check(z.positive())),
});
const routes = z.pipe(z.pipe(z.string(), z.transform(jsonOf)), z.array(route).check(z.minLength(1)));
const stage = z.string().check(z.regex(/^[A-Za-z0-9_-]+$/));
const tls = z.pipe(
  z.pipe(z.string(), z.transform(tlsOf)),
  z.custom<TlsSetting>((value) => value !== undefined),
);
const text = z.string().check(z.minLength(1));

/**
 * The settings of the relay, from the environment variables of the task.
 * @throws SettingsError for the first variable that is missing or wrong
 */
export function readSettings(environment: Environment) {
  const read = <T>(name: string, schema: z.ZodMiniType<T, unknown>, expected: string, fallback?: T): T => {
    const value = environment[name] || undefined;
    if (value === undefined && fallback !== undefined) return fallback;
    if (value === undefined) throw new SettingsError(`The environment variable ${name} is not set.`);
    const parsed = schema.safeParse(value);
    // The value is not repeated: it may be long, or have been meant for another variable.
    if (!parsed.success) throw new SettingsError(`The environment variable ${name} must be ${expected}.`);
    return parsed.data;
  };
  const optional = <T>(name: string, schema: z.ZodMiniType<T, unknown>, expected: string): T | undefined =>
    environment[name] ? read(name, schema, expected) : undefined;
  const portText = 'a port number from 1 to 65535';
  return {
    /** The functions of the routes, the same as for API Gateway. */
    routes: read(
      'RELAY_ROUTES',
      routes,
      'a JSON array of routes: [{ "routeKey": "…", "functionArn": "…", "twoWay": false }]',
    ),
    /** The path: `wss://name:443/<stage>`. */
    stage: read('RELAY_STAGE', stage, 'a path segment of letters, digits, "-" and "_"'),
    /** The port of WebSocket connections. */
    port: read('RELAY_PORT', port, portText, 8443),
    /** The port of `/@connections` and `/health`. */
    managementPort: read('RELAY_MANAGEMENT_PORT', port, portText, 8081),
    tls: read('RELAY_TLS', tls, '"off", "file:<cert.pem>,<key.pem>", "secret:<name or ARN>" or "acm:<ARN>"'),
    /** The relay's own address; undefined: the relay finds it out. */
    address: optional('RELAY_ADDRESS', z.string().check(z.refine(isIPv4)), 'an IPv4 address'),
    drainSeconds: read('RELAY_DRAIN_SECONDS', drain, 'a whole number of seconds from 1 to 110', 30),
    logLevel: read('LOG_LEVEL', z.enum(LOG_LEVELS), `one of ${LOG_LEVELS.join(', ')}`, 'INFO'),
    /** Without it no metrics are written. */
    metricsNamespace: optional('POWERTOOLS_METRICS_NAMESPACE', text, 'a name'),
    /** The Region for the AWS SDK, which would fail at the first invocation without it. */
    region: read('AWS_REGION', text, 'a Region'),
    /** The URL of the task's metadata, which ECS sets. */
    metadataUrl: optional('ECS_CONTAINER_METADATA_URI_V4', z.string().check(z.regex(/^http:/)), 'a URL'),
  };
}

function tlsOf(value: string): TlsSetting | undefined {
  if (value === 'off') return { kind: 'off' };
  const [, kind, rest = ''] = /^(file|secret|acm):(.+)$/.exec(value) ?? [];
  if (kind === 'secret') return { kind, id: rest };
  if (kind === 'acm') return rest.startsWith('arn:') ? { kind, arn: rest } : undefined;
  const [certificate, key, ...more] = rest.split(',');
  return kind === 'file' && certificate && key && more.length === 0 ? { kind, certificate, key } : undefined;
}
