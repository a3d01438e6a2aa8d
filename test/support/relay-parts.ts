/** Counts what the relay consists of (bench/cost). */
import type { RelayParts } from '../../bench/cost/counts.ts';
import { RELAY_ONLY } from '../infra/configurations.ts';
import { synthesize } from '../infra/synthesize.ts';
import { resources, type Template } from '../infra/templates.ts';

const count = (template: Template, type: string): number => Object.keys(resources(template, type)).length;

const partsOf = (settings: Record<string, unknown>): RelayParts => {
  const { relay, monitoring } = synthesize({ gateway: 'relay', relay: settings });
  if (!relay) throw new Error('There is no stack of the relay.');
  const [definition] = Object.values(resources(relay, 'AWS::ECS::TaskDefinition'));
  const [service] = Object.values(resources(relay, 'AWS::ECS::Service'));
  const tasks: number = service?.Properties.DesiredCount;
  const isPublic = service?.Properties.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp === 'ENABLED';
  const balancers = Object.values(resources(relay, 'AWS::ElasticLoadBalancingV2::LoadBalancer'));
  const ofBalancers = balancers.flatMap(({ Properties }) =>
    Properties.Scheme === 'internet-facing' ? Properties.Subnets : [],
  );
  const alarms = Object.entries(resources(monitoring, 'AWS::CloudWatch::Alarm')).filter(([name]) =>
    name.startsWith('Relay'),
  );
  return {
    balancers: balancers.length,
    publicAddresses: ofBalancers.length + (isPublic ? tasks : 0),
    vcpu: (tasks * Number(definition?.Properties.Cpu)) / 1024,
    memoryGb: (tasks * Number(definition?.Properties.Memory)) / 1024,
    hostedZones: count(relay, 'AWS::ServiceDiscovery::PrivateDnsNamespace'),
    alarmMetrics: alarms.reduce(
      (sum, [, { Properties }]) => sum + Math.max(1, (Properties.Metrics ?? []).length - 1),
      0,
    ),
  };
};

/** The smallest relay, and one that a zone may fail. */
export const relayCounts = (): Readonly<Record<'oneZone' | 'twoZones', RelayParts>> => {
  const smallest = RELAY_ONLY['relay'] as Record<string, unknown>;
  return {
    oneZone: partsOf(smallest),
    twoZones: partsOf({ ...smallest, zones: 2, tasks: { min: 2, max: 2 } }),
  };
};
