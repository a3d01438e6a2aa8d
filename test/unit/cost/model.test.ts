import { type Counts, readCounts } from '../../../bench/cost/counts.ts';
import {
  ASSUMPTIONS,
  type Line,
  monthlyCost,
  type Scenario,
  scenarioOf,
  totalOf,
} from '../../../bench/cost/model.ts';
import { PRICES, type PriceName, usdOf } from '../../../bench/cost/prices.ts';
import { readConfig } from '../../../lib/config.ts';
import { FUNCTIONS } from '../../../lib/functions.ts';

const counts = readCounts();
const DAYS = 365 / 12;
const bill = (given: Partial<Scenario> = {}, counted: Counts = counts) =>
  monthlyCost(scenarioOf({ domains: 0, notifications: 0, ...given }), counted);
const of = (lines: readonly Line[], item: string): Line => {
  const found = lines.find((line) => line.item === item);
  if (!found) throw new Error(`There is no item ${item}.`);
  return found;
};

it('the sum is that of the items, each its quantity times its price', () => {
  const lines = bill({ domains: 7, notifications: 1_000 });
  for (const { price, quantity, usd } of lines) expect(usd).toBeCloseTo(usdOf(price, quantity), 10);
  expect(totalOf(lines)).toBeCloseTo(
    lines.reduce((sum, { usd }) => sum + usd, 0),
    10,
  );
});

it('writes are those of all notifications and connections', () => {
  const quiet = bill({ domains: 10, polls: 0, commands: 0, heartbeatMinutes: 9 });
  const busy = bill({ domains: 10, polls: 0, commands: 0, heartbeatMinutes: 9, notifications: 300 });
  const each = Object.values(counts.notification[30].writeUnits).reduce((sum, one) => sum + one, 0);
  const heartbeat = Object.values(counts.heartbeat.writeUnits).reduce((sum, one) => sum + one, 0);
  const more = of(busy, 'DynamoDB: writes').quantity - of(quiet, 'DynamoDB: writes').quantity;
  // Ten messages a day replace ten heartbeats.
  expect(more).toBeCloseTo(DAYS * (300 * each - 10 * heartbeat), 5);
});

it('a message costs the gateway two messages, whatever is in it', () => {
  const messages = (batch: 1 | 100) =>
    of(bill({ notifications: 1_000, batch }), 'API Gateway: WebSocket messages').quantity;
  expect(messages(1)).toBeCloseTo(2 * 1_000 * DAYS, 5);
  expect(messages(100)).toBeCloseTo(2 * 10 * DAYS, 5);
});

it('storage grows with the days that things are kept', () => {
  const stored = (given: Partial<Scenario>, item: string) =>
    of(bill({ notifications: 1_000, ...given }), item).quantity;
  expect(stored({ viewDays: 800 }, 'DynamoDB: views')).toBeCloseTo(2 * stored({}, 'DynamoDB: views'), 10);
  expect(stored({ journalDays: 70 }, 'DynamoDB: journal')).toBeCloseTo(
    2 * stored({}, 'DynamoDB: journal'),
    10,
  );
  expect(stored({ viewDays: 800 }, 'DynamoDB: journal')).toBe(stored({}, 'DynamoDB: journal'));
});

it('without domains it costs what the deployment has: key, alarms, metrics, the sweep', () => {
  const idle = bill();
  expect(of(idle, 'Lambda: invocations').quantity).toBeCloseTo(DAYS * 1_440, 5);
  expect(of(idle, 'CloudWatch: alarms').quantity).toBe(counts.deployment.alarmMetrics);
  for (const item of ['API Gateway: WebSocket messages', 'DynamoDB: writes', 'EventBridge: events'])
    expect(of(idle, item).quantity).toBe(0);
});

it('metrics of each route cost nothing where they are off', () => {
  const metrics = (detailedMetrics: boolean) =>
    of(
      bill({}, { ...counts, deployment: { ...counts.deployment, detailedMetrics } }),
      'CloudWatch: metrics of each route',
    ).usd;
  expect([metrics(false), metrics(true) > 0]).toEqual([0, true]);
});

it('X-Ray records all of few invocations, and 5 % of what exceeds one a second', () => {
  const traced = (polls: number) => of(bill({ domains: 1, polls, commands: 0 }), 'X-Ray: traces').quantity;
  const [few, more] = [traced(0), traced(86_400)];
  expect(more - few).toBeCloseTo(86_400 * DAYS, 5);
  expect(traced(172_800) - more).toBeCloseTo(0.05 * 86_400 * DAYS, 5);
});

it('the scenario has the defaults of the configuration', () => {
  const { retention, heartbeatMinutes, logRetentionDays, functionMemoryMb } = readConfig({});
  expect(scenarioOf({ domains: 1, notifications: 1 })).toMatchObject({
    journalDays: retention.journalDays,
    viewDays: retention.viewDays,
    heartbeatMinutes,
    logRetentionDays,
    functionMemoryMb,
  });
  expect(ASSUMPTIONS.notifyMemoryMb).toBe(FUNCTIONS.notify.memoryMb);
});

it.each(Object.keys(PRICES) as PriceName[])('the price %s has a unit, a source of AWS and a date', (name) => {
  const { usd, per, unit, source, checked } = PRICES[name];
  expect([usd > 0, per >= 1, unit !== '']).toEqual([true, true, true]);
  expect(source).toMatch(/^https:\/\/aws\.amazon\.com\/[a-z0-9-]+\/pricing\//);
  expect(checked).toMatch(/^20\d\d-\d\d$/);
});
