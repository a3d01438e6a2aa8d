import {
  type Alarm,
  AlarmStatusWidget,
  AlarmWidget,
  Dashboard,
  type IAlarm,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { type AlarmFact, GROUPS } from './alarm-fact.ts';

/** An alarm with its fact. */
export interface DashboardAlarm extends AlarmFact {
  readonly alarm: Alarm;
}

const COLUMNS = 4;
const WIDTH = 24 / COLUMNS;

const inRows = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / COLUMNS) }, (_, row) =>
    all.slice(row * COLUMNS, (row + 1) * COLUMNS),
  );

/** The states of all alarms, then each alarm's metric with its threshold, by group. */
export function addDashboard(
  scope: Construct,
  alarms: readonly DashboardAlarm[],
  others: readonly IAlarm[],
): void {
  const states = new AlarmStatusWidget({
    title: 'All alarms',
    alarms: [...others, ...alarms.map(({ alarm }) => alarm)],
    width: 24,
    height: 6,
  });
  const graphs = GROUPS.flatMap((group) => [
    [new TextWidget({ markdown: `## ${group}`, width: 24, height: 1 })],
    ...inRows(alarms.filter((one) => one.group === group)).map((row) =>
      row.map(({ id, alarm }) => new AlarmWidget({ title: id, alarm, width: WIDTH, height: 5 })),
    ),
  ]);
  new Dashboard(scope, 'Dashboard', { widgets: [[states], ...graphs] });
}
