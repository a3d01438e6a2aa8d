import { StartError } from '../errors.ts';
import type { Resolved, Resolver } from './intrinsics.ts';

/** AWS::ElasticLoadBalancingV2::TargetGroup with targets that are IP addresses. */
export interface TargetGroupSpec {
  readonly arn: string;
  /** The name in metrics: `targetgroup/name/id`, and `net/name/id` for its balancer. */
  readonly fullName: string;
  readonly balancerFullName: string;
  readonly healthCheck: {
    readonly protocol: 'TCP' | 'HTTP';
    /** Undefined: the port of the target. */
    readonly port?: number;
    readonly path: string;
    /** Status codes: `200`, `200,202` or `200-399`. */
    readonly matcher: string;
    readonly timeoutSeconds: number;
    readonly healthyCount: number;
    readonly unhealthyCount: number;
  };
  /** Whether targets see the address of the client. */
  readonly preservesClient: boolean;
  /** Whether connections to a target that becomes unhealthy are closed. */
  readonly closesUnhealthy: boolean;
}

/** A Network Load Balancer with one listener. */
export interface BalancerSpec {
  readonly logicalId: string;
  /** The name that AWS gives the balancer, in lower case. */
  readonly dnsName: string;
  readonly port: number;
  /** Whether TLS ends here. */
  readonly tls: boolean;
  readonly targetGroup: TargetGroupSpec;
}

type Attributes = readonly { readonly Key: string; readonly Value: string }[];

interface ListenerProperties {
  readonly LoadBalancerArn: string;
  readonly Port: number;
  readonly Protocol: string;
  readonly DefaultActions: readonly { readonly Type: string; readonly TargetGroupArn?: string }[];
}

interface TargetGroupProperties {
  readonly Protocol: string;
  readonly TargetType?: string;
  readonly HealthCheckEnabled?: boolean;
  readonly HealthCheckPort?: string;
  readonly HealthCheckProtocol?: string;
  readonly HealthCheckPath?: string;
  readonly HealthCheckTimeoutSeconds?: number;
  readonly HealthyThresholdCount?: number;
  readonly UnhealthyThresholdCount?: number;
  readonly Matcher?: { readonly HttpCode: string };
  readonly TargetGroupAttributes?: Attributes;
}

/** Attributes that are modelled, or have no effect on a single machine, with the values that are supported. */
const ATTRIBUTES: Readonly<Record<string, RegExp>> = {
  'deregistration_delay.timeout_seconds': /^\d+$/,
  'deregistration_delay.connection_termination.enabled': /^false$/,
  'preserve_client_ip.enabled': /^(true|false)$/,
  'proxy_protocol_v2.enabled': /^false$/,
  'stickiness.enabled': /^false$/,
  'target_health_state.unhealthy.connection_termination.enabled': /^(true|false)$/,
  'target_health_state.unhealthy.draining_interval_seconds': /^0$/,
};

/**
 * The Network Load Balancers.
 * @throws StartError for another type, several listeners, rules, and attributes that change how connections are handled
 */
export function balancers(resolver: Resolver): BalancerSpec[] {
  const listeners = resolver.all<ListenerProperties>('AWS::ElasticLoadBalancingV2::Listener');
  const groups = resolver.all<TargetGroupProperties>('AWS::ElasticLoadBalancingV2::TargetGroup');
  const all = resolver.all<{ readonly Type?: string }>('AWS::ElasticLoadBalancingV2::LoadBalancer');
  return all.map((balancer) => {
    const { logicalId, ref, properties } = balancer;
    const [listener, ...others] = listeners.filter(
      ({ properties: { LoadBalancerArn } }) => LoadBalancerArn === ref,
    );
    if (!listener || others.length > 0 || properties.Type !== 'network')
      throw new StartError(`${logicalId} is not a Network Load Balancer with one listener.`);
    const { Port, Protocol, DefaultActions } = listener.properties;
    const [action] = DefaultActions;
    const group = groups.find((one) => one.ref === action?.TargetGroupArn);
    if (!group || action?.Type !== 'forward' || !/^(TCP|TLS)$/.test(Protocol))
      throw new StartError(`${listener.logicalId} does not forward TCP or TLS to one target group.`);
    return {
      logicalId,
      dnsName: resolver.attribute(balancer, 'DNSName'),
      port: Port,
      tls: Protocol === 'TLS',
      targetGroup: {
        ...targetGroup(group),
        fullName: resolver.attribute(group, 'TargetGroupFullName'),
        balancerFullName: resolver.attribute(balancer, 'LoadBalancerFullName'),
      },
    };
  });
}

function targetGroup({ logicalId, ref, properties }: Resolved<TargetGroupProperties>) {
  const refuse = (what: string) => {
    throw new StartError(`${logicalId} has ${what}, which the local cloud does not support.`);
  };
  const { Protocol, TargetType, HealthCheckEnabled, HealthCheckProtocol: protocol = 'TCP' } = properties;
  if (Protocol !== 'TCP') refuse(`the protocol ${Protocol}`);
  if (TargetType !== 'ip') refuse(`the target type ${TargetType}`);
  if (HealthCheckEnabled === false) refuse('no health checks');
  if (protocol !== 'TCP' && protocol !== 'HTTP') refuse(`health checks by ${protocol}`);
  const values = new Map(
    (properties.TargetGroupAttributes ?? []).map(({ Key, Value }) => [Key, String(Value)]),
  );
  for (const [key, value] of values) {
    if (!ATTRIBUTES[key]?.test(value)) refuse(`the attribute ${key} ${value}`);
  }
  const port = Number(properties.HealthCheckPort ?? Number.NaN);
  return {
    arn: ref,
    // Defaults by the API reference, CreateTargetGroup, and the user guide, "Target groups for your Network Load Balancers".
    healthCheck: {
      protocol: protocol as 'TCP' | 'HTTP',
      ...(Number.isInteger(port) && { port }),
      path: properties.HealthCheckPath ?? '/',
      matcher: properties.Matcher?.HttpCode ?? '200-399',
      timeoutSeconds: properties.HealthCheckTimeoutSeconds ?? (protocol === 'TCP' ? 10 : 6),
      healthyCount: properties.HealthyThresholdCount ?? 5,
      unhealthyCount: properties.UnhealthyThresholdCount ?? 2,
    },
    preservesClient: values.get('preserve_client_ip.enabled') === 'true',
    closesUnhealthy: values.get('target_health_state.unhealthy.connection_termination.enabled') !== 'false',
  };
}
