/** The settings `gateway` and `relay`: which gateway NetBackup connects to, and the container beside or instead of API Gateway. */
import { z } from 'zod';
import { acmCertificate, type DomainSettings, HOST_NAME } from './domain-settings.ts';
import { flag, group, isDistinct, list, text, wholeNumber } from './setting-types.ts';

export const GATEWAYS = ['api-gateway', 'relay', 'both'] as const;

/** The sizes that Fargate offers: MB of memory by CPU units. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html */
const MEMORY_MB: Readonly<Record<number, readonly number[]>> = {
  256: [512, 1024, 2048],
  512: [1024, 2048, 3072, 4096],
  1024: [2048, 3072, 4096, 5120, 6144, 7168, 8192],
  2048: [4096, 5120, 6144, 7168, 8192, 9216, 10_240, 11_264, 12_288, 13_312, 14_336, 15_360, 16_384],
};
const CPU_UNITS = Object.keys(MEMORY_MB).map(Number);

const certificate = group({
  /** Name or ARN of a secret: the chain and the key as PEM, or JSON `{"certificate", "privateKey"}`. */
  secret: text(
    /^(arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:)?[A-Za-z0-9/_+=.@-]{1,512}$/,
    'must be the name or ARN of a secret in Secrets Manager',
  ).optional(),
  /** A certificate that can be exported; the task exports it. */
  acm: acmCertificate().optional(),
  /** TLS ends at the balancer, and is plain TCP from there to the task. */
  balancer: acmCertificate().optional(),
}).refine(
  (given) => Object.values(given).filter((value) => value !== undefined).length === 1,
  'must have either secret, acm or balancer',
);

const vpc = group({
  vpcId: text(/^vpc-[0-9a-f]{8,17}$/, 'must be the id of a VPC'),
  /** The zones of the subnets, in the same order. */
  availabilityZones: z.preprocess(
    list,
    z
      .array(text(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, 'must be an availability zone such as eu-central-1a'))
      .min(1),
  ),
  /** One subnet in each zone, for the balancer and the tasks. */
  subnetIds: z.preprocess(
    list,
    z.array(text(/^subnet-[0-9a-f]{8,17}$/, 'must be the id of a subnet')).min(1),
  ),
})
  .refine(
    ({ availabilityZones, subnetIds }) => availabilityZones.length === subnetIds.length,
    'must have as many availabilityZones as subnetIds',
  )
  .refine(
    ({ availabilityZones, subnetIds }) => isDistinct(availabilityZones) && isDistinct(subnetIds),
    'must have one subnet for each zone',
  );

const settings = group({
  /** The host name in the endpoint details. A DNS record leads to the output `RelayTarget`. */
  name: text(HOST_NAME, 'must be a fully qualified host name in lower case'),
  certificate,
  /** Whether the balancer has only private addresses. */
  internal: flag().default(false),
  /** Elastic IPs, one for each zone, so that the addresses of the host name never change. */
  allocationIds: z
    .preprocess(
      list,
      z.array(text(/^eipalloc-[0-9a-f]{8,17}$/, 'must be the allocation id of an Elastic IP address')),
    )
    .default([]),
  /** The number of zones of the deployment's own VPC. */
  zones: wholeNumber(1, 3).optional(),
  tasks: group({
    min: wholeNumber(1, 100).default(1),
    max: wholeNumber(1, 100).default(1),
  })
    .refine(({ min, max }) => min <= max, 'must have a max that is min at least')
    .prefault({}),
  /** Units of 1/1024 vCPU. */
  cpu: z.literal(CPU_UNITS, `must be one of ${CPU_UNITS.join(', ')}`).default(256),
  memoryMb: wholeNumber(512, 16_384).default(512),
  /** An existing VPC instead of the deployment's own. */
  vpc: vpc.optional(),
  /** How long a task that stops may take to close its connections at quiet moments. ECS kills it after 120 s. */
  drainSeconds: wholeNumber(1, 110).default(60),
}).check(({ value, issues }) => {
  const { cpu, memoryMb, vpc: given, zones, allocationIds, internal } = value;
  const problem = (path: string, message: string, input: unknown) =>
    void issues.push({ code: 'custom', path: [path], message, input });
  const offered = MEMORY_MB[cpu] ?? [];
  if (!offered.includes(memoryMb))
    problem('memoryMb', `must be one of ${offered.join(', ')} with cpu ${cpu}`, memoryMb);
  if (given && zones !== undefined)
    problem('zones', 'must be absent together with vpc, whose subnets are the zones', zones);
  if (internal && allocationIds.length > 0)
    problem('allocationIds', 'must be absent with internal, since these addresses are public', allocationIds);
  const count = zoneCount(value);
  if (![0, count].includes(allocationIds.length) || !isDistinct(allocationIds))
    problem('allocationIds', `must have one address for each zone (${count})`, allocationIds);
});

export type RelaySettings = z.infer<typeof settings>;

/** In how many availability zones the balancer and the tasks are. */
export const zoneCount = ({ vpc: given, zones }: Pick<RelaySettings, 'vpc' | 'zones'>): number =>
  given ? given.subnetIds.length : (zones ?? 1);

/** The URL in NetBackup's endpoint details; the path is the same as that of API Gateway's stage, since NetBackup requires one (EPT-3). */
export const relayWebSocketUrl = ({ name }: Pick<RelaySettings, 'name'>, stageName: string): string =>
  `wss://${name}/${stageName}`;

export const RELAY_SETTINGS = {
  /** Where NetBackup connects: to the WebSocket API of API Gateway, to the relay, or to either, as the endpoint details say. */
  gateway: z.enum(GATEWAYS, `must be one of ${GATEWAYS.join(', ')}`).default('api-gateway'),
  /** Used only with the gateways `relay` and `both`; `null` means none. */
  relay: z.preprocess((value) => value ?? undefined, settings.optional()),
};

export interface GatewaySettings {
  readonly gateway: (typeof GATEWAYS)[number];
  readonly relay?: RelaySettings | undefined;
}

/** The name of the relay's stack also names a private DNS zone, so it must be a label of a host name. */
const MAX_STACK_NAME = 63;
export const relayStackName = ({ stackPrefix }: { readonly stackPrefix: string }): string =>
  `${stackPrefix}Relay`;

interface Settings extends GatewaySettings {
  readonly stackPrefix: string;
  readonly webSocketDomain?: DomainSettings | undefined;
  readonly apiDomain?: DomainSettings | undefined;
  readonly canaryMinutes?: number | undefined;
}

/** The settings of the relay, if the deployment has one. */
export const relayOf = ({ gateway, relay }: GatewaySettings): RelaySettings | undefined =>
  gateway === 'api-gateway' ? undefined : relay;

/** The conflicts with other settings. */
export function relayProblems(config: Settings): z.core.$ZodRawIssue[] {
  const { gateway, relay, webSocketDomain, apiDomain, canaryMinutes } = config;
  if (gateway === 'api-gateway') return [];
  const problem = (path: string[], message: string, input: unknown) =>
    ({ code: 'custom', path, message, input }) as const;
  if (!relay) return [problem(['relay'], `must be given with gateway "${gateway}"`, null)];
  const problems: z.core.$ZodRawIssue[] = [];
  if (gateway === 'relay' && webSocketDomain) {
    const message = 'must be absent with gateway "relay", whose host name is relay.name';
    problems.push(problem(['webSocketDomain'], message, webSocketDomain));
  }
  const excess = relayStackName(config).length - MAX_STACK_NAME;
  if (excess > 0) {
    const message = `must have ${config.stackPrefix.length - excess} characters at most with gateway "${gateway}"`;
    problems.push(problem(['stackPrefix'], message, config.stackPrefix));
  }
  for (const [setting, domain] of Object.entries({ webSocketDomain, apiDomain })) {
    if (domain?.name === relay.name)
      problems.push(problem(['relay', 'name'], `must differ from ${setting}.name`, relay.name));
  }
  if (gateway === 'relay' && relay.internal && canaryMinutes !== undefined) {
    const message = 'must be absent with an internal relay, which the canary cannot reach';
    problems.push(problem(['canaryMinutes'], message, canaryMinutes));
  }
  return problems;
}
