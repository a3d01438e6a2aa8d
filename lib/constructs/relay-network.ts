import { Annotations, Fn, Validations } from 'aws-cdk-lib';
import {
  IpAddresses,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  type SubnetSelection,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { type RelaySettings, zoneCount } from '../relay-settings.ts';
import { RELAY_PORTS } from './relay-ports.ts';

export interface RelayNetworkProps {
  readonly settings: RelaySettings;
  /** The addresses that may connect; empty: all. */
  readonly allowedCidrs: readonly string[];
}

/** A security group has 60 rules: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups */
const MAX_RULES = 60;

/** The VPC of the relay, and who may connect to whom in it. */
export class RelayNetwork extends Construct {
  readonly vpc: IVpc;
  readonly subnets: SubnetSelection;
  /** Tasks must reach AWS: with a public address, or through the NAT of a private subnet. */
  readonly assignPublicIp: boolean;
  readonly ofBalancer: SecurityGroup;
  readonly ofTasks: SecurityGroup;
  /** The security group of API Gateway's VPC link. */
  readonly ofLink: SecurityGroup;

  constructor(scope: Construct, id: string, { settings, allowedCidrs }: RelayNetworkProps) {
    super(scope, id);
    this.vpc = settings.vpc ? this.#given(settings.vpc) : this.#own(zoneCount(settings));
    this.subnets = { subnetType: SubnetType.PUBLIC };
    this.assignPublicIp = !settings.vpc || !settings.internal;
    this.ofBalancer = this.#securityGroup('BalancerGroup', 'Balancer of the relay');
    this.ofTasks = this.#securityGroup('TasksGroup', 'Tasks of the relay');
    this.ofLink = this.#securityGroup('LinkGroup', 'VPC link to the relay');
    this.#allowClients(allowedCidrs);
    this.#allow(this.ofBalancer, RELAY_PORTS.webSocket, 'WebSocket connections');
    this.#allow(this.ofBalancer, RELAY_PORTS.management, 'Health checks');
    this.#allow(this.ofLink, RELAY_PORTS.management, 'Functions');
    this.#allow(this.ofTasks, RELAY_PORTS.management, 'What belongs to another task');
    this.ofTasks.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'APIs of AWS');
  }

  /** A VPC with public subnets only: a NAT would cost more than the relay. */
  #own(zones: number): IVpc {
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.0.0.0/24'),
      availabilityZones: Array.from({ length: zones }, (_, index) => Fn.select(index, Fn.getAzs())),
      natGateways: 0,
      subnetConfiguration: [
        { name: 'Public', subnetType: SubnetType.PUBLIC, cidrMask: 26, mapPublicIpOnLaunch: false },
      ],
      // Nothing uses the default group; emptying it would take a function.
      restrictDefaultSecurityGroup: false,
    });
    Validations.of(vpc).acknowledge({
      id: 'AwsSolutions-VPC7',
      reason: 'Flow logs cost more than the relay; it logs its connections itself.',
    });
    return vpc as IVpc;
  }

  #given({ vpcId, availabilityZones, subnetIds }: NonNullable<RelaySettings['vpc']>): IVpc {
    const vpc = Vpc.fromVpcAttributes(this, 'Vpc', { vpcId, availabilityZones, publicSubnetIds: subnetIds });
    Annotations.of(vpc).acknowledgeWarning('@aws-cdk/aws-ec2:noSubnetRouteTableId', 'Nothing reads it.');
    return vpc;
  }

  #securityGroup(id: string, description: string): SecurityGroup {
    return new SecurityGroup(this, id, { vpc: this.vpc, description, allowAllOutbound: false });
  }

  /** The function `session` checks the ranges too. */
  #allowClients(cidrs: readonly string[]): void {
    const ipv4 = cidrs.filter((cidr) => !cidr.includes(':'));
    const ranges = cidrs.length === 0 || ipv4.length > MAX_RULES ? ['0.0.0.0/0'] : ipv4;
    for (const range of ranges) this.ofBalancer.addIngressRule(Peer.ipv4(range), Port.tcp(443), 'NetBackup');
    if (!ranges.includes('0.0.0.0/0')) return;
    Validations.of(this.ofBalancer).acknowledge({
      id: 'AwsSolutions-EC23',
      reason: 'NetBackup connects from any address, unless allowedCidrs says which; its token is required.',
    });
  }

  #allow(from: SecurityGroup, port: number, description: string): void {
    this.ofTasks.addIngressRule(from, Port.tcp(port), description);
    from.addEgressRule(this.ofTasks, Port.tcp(port), description);
  }
}
