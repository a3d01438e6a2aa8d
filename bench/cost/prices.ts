/**
 * AWS's list prices in us-east-1, USD. Free tiers and discounts for large quantities are left out. Other Regions are up to 30 %
 * more expensive. `checked`: when the price was last compared with its source.
 */
export interface Price {
  readonly usd: number;
  /** The price is for this many units. */
  readonly per: number;
  readonly unit: string;
  readonly source: string;
  readonly checked: string;
}

const MILLION = 1_000_000;
const API_GATEWAY = 'https://aws.amazon.com/api-gateway/pricing/';
const LAMBDA = 'https://aws.amazon.com/lambda/pricing/';
const DYNAMODB = 'https://aws.amazon.com/dynamodb/pricing/on-demand/';
const EVENTBRIDGE = 'https://aws.amazon.com/eventbridge/pricing/';
const CLOUDWATCH = 'https://aws.amazon.com/cloudwatch/pricing/';
const XRAY = 'https://aws.amazon.com/xray/pricing/';
const ELB = 'https://aws.amazon.com/elasticloadbalancing/pricing/';
const FARGATE = 'https://aws.amazon.com/fargate/pricing/';
const VPC = 'https://aws.amazon.com/vpc/pricing/';
const ROUTE_53 = 'https://aws.amazon.com/route53/pricing/';
const KMS = 'https://aws.amazon.com/kms/pricing/';

const price = (usd: number, per: number, unit: string, source: string, checked: string): Price => ({
  usd,
  per,
  unit,
  source,
  checked,
});

export const PRICES = {
  webSocketMessage: price(1, MILLION, 'message of up to 32 KB', API_GATEWAY, '2025-05'),
  connectionMinute: price(0.25, MILLION, 'connection minute', API_GATEWAY, '2025-05'),
  httpRequest: price(1, MILLION, 'request of up to 512 KB', API_GATEWAY, '2026-09'),
  invocation: price(0.2, MILLION, 'invocation', LAMBDA, '2025-12'),
  /** Arm. */
  gbSecond: price(13.3334, MILLION, 'GB-second', LAMBDA, '2025-12'),
  writeUnit: price(0.625, MILLION, 'write unit', DYNAMODB, '2025-07'),
  readUnit: price(0.125, MILLION, 'read unit', DYNAMODB, '2025-07'),
  tableGb: price(0.25, 1, 'GB and month', DYNAMODB, '2025-07'),
  /** For the tables without their secondary indexes. */
  recoveryGb: price(0.2, 1, 'GB and month', DYNAMODB, '2025-07'),
  busEvent: price(1, MILLION, 'event of up to 64 KB', EVENTBRIDGE, '2026-06'),
  archivedGb: price(0.1, 1, 'GB archived', EVENTBRIDGE, '2026-03'),
  archiveGb: price(0.023, 1, 'GB and month', EVENTBRIDGE, '2026-03'),
  loggedGb: price(0.5, 1, 'GB written', CLOUDWATCH, '2026-02'),
  logGb: price(0.03, 1, 'GB and month', CLOUDWATCH, '2026-02'),
  metric: price(0.3, 1, 'metric and month', CLOUDWATCH, '2026-02'),
  alarmMetric: price(0.1, 1, 'metric of an alarm and month', CLOUDWATCH, '2026-02'),
  compositeAlarm: price(0.5, 1, 'composite alarm and month', CLOUDWATCH, '2026-02'),
  dashboard: price(3, 1, 'dashboard and month', CLOUDWATCH, '2026-02'),
  trace: price(5, MILLION, 'trace', XRAY, '2026-02'),
  key: price(1, 1, 'key and month', KMS, '2025-12'),
  kmsRequest: price(0.03, 10_000, 'request', KMS, '2025-12'),
  balancerHour: price(0.0225, 1, 'hour of a Network Load Balancer', ELB, '2025-06'),
  /** Arm. */
  vcpuHour: price(0.03238, 1, 'vCPU and hour', FARGATE, '2026-03'),
  memoryGbHour: price(0.00356, 1, 'GB and hour', FARGATE, '2026-03'),
  addressHour: price(0.005, 1, 'public IPv4 address and hour', VPC, '2025-06'),
  hostedZone: price(0.5, 1, 'zone and month', ROUTE_53, '2025-06'),
} as const satisfies Record<string, Price>;

export type PriceName = keyof typeof PRICES;

export const usdOf = (name: PriceName, quantity: number): number =>
  (quantity * PRICES[name].usd) / PRICES[name].per;
