/** What the relay adds to the bill in a month: parts counted from its templates × list prices. */
import type { RelayParts } from './counts.ts';
import type { Line } from './model.ts';
import { type PRICES, usdOf } from './prices.ts';

const HOURS = (365 / 12) * 24;
/** Codes that the tasks count all the time (`connects`, `messages`, …), and the number of connections. */
const RELAY_METRICS = 4;

export const relayCost = (parts: RelayParts): readonly Line[] => {
  const line = (item: string, price: keyof typeof PRICES, quantity: number): Line => {
    return { item, price, quantity, usd: usdOf(price, quantity) };
  };
  return [
    line('Network Load Balancer', 'balancerHour', parts.balancers * HOURS),
    line('Fargate: vCPU', 'vcpuHour', parts.vcpu * HOURS),
    line('Fargate: memory', 'memoryGbHour', parts.memoryGb * HOURS),
    line('public IPv4 addresses', 'addressHour', parts.publicAddresses * HOURS),
    line('Route 53: private zone', 'hostedZone', parts.hostedZones),
    line('CloudWatch: alarms', 'alarmMetric', parts.alarmMetrics),
    line('CloudWatch: metrics of the tasks', 'metric', RELAY_METRICS),
  ];
};
