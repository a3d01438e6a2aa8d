import { randomUUID } from 'node:crypto';
import type { Resolved } from '../assembly/intrinsics.ts';
import { StartError } from '../errors.ts';
import type { InvokeAsynchronously } from '../lambda/asynchronous.ts';
import type { ServiceContext } from '../service-context.ts';
import { isFunction } from '../types.ts';
import { isoSeconds } from './bus.ts';
import { nextAt, type TimeOfDay } from './local-time.ts';

/** AWS::Scheduler::Schedule by the CloudFormation reference. */
interface ScheduleProperties {
  readonly ScheduleExpression: string;
  readonly ScheduleExpressionTimezone?: string;
  readonly State?: string;
  readonly FlexibleTimeWindow: { readonly Mode: string };
  readonly Target: {
    readonly Arn: string;
    readonly RoleArn: string;
    readonly Input?: string;
    readonly DeadLetterConfig?: { readonly Arn: string };
  };
}
type Schedule = Resolved<ScheduleProperties>;

const SERVICE = 'scheduler.amazonaws.com';

function timeOf({ logicalId, properties }: Schedule): TimeOfDay {
  const { ScheduleExpression: expression, FlexibleTimeWindow } = properties;
  const [, minute, hour] = /^cron\((\d+) (\d+) \* \* \? \*\)$/.exec(expression) ?? [];
  if (FlexibleTimeWindow.Mode !== 'OFF' || minute === undefined)
    throw new StartError(
      `${logicalId} has the schedule ${expression} (window ${FlexibleTimeWindow.Mode}), which the local cloud does not support: only once a day, without a flexible window.`,
    );
  return { hour: Number(hour), minute: Number(minute) };
}

/**
 * EventBridge Scheduler: daily schedules whose targets are functions, which it invokes asynchronously. When the clocks change, a time that does
 * not exist is left out, and one that occurs twice is used once
 * (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylight-savings-time). Failed invocations go to the dead-letter
 * queue immediately, without AWS's retries.
 * @throws StartError for other schedules and targets, and for a role that Scheduler may not assume
 */
export function createScheduler(
  { resolver, model, iam, clock, activity, log }: ServiceContext,
  invoke: InvokeAsynchronously,
  send: (queueArn: string, body: string) => Promise<unknown>,
) {
  const schedules = resolver
    .all<ScheduleProperties>('AWS::Scheduler::Schedule')
    .filter(({ properties }) => properties.State !== 'DISABLED')
    .map((schedule) => ({ schedule, time: timeOf(schedule) }));
  for (const { schedule } of schedules) {
    const { logicalId, properties } = schedule;
    if (!model.functions.some(isFunction(properties.Target.Arn)))
      throw new StartError(
        `${logicalId} has the target ${properties.Target.Arn}; only functions are supported.`,
      );
    iam.checkTrust(properties.Target.RoleArn, SERVICE, logicalId);
  }

  /** Invokes the targets of the schedules that are due at `at` (ms). */
  async function run({ logicalId, arn, properties: { Target } }: Schedule, at: number): Promise<void> {
    const denial = (action: string, resource: string) =>
      iam.denial(Target.RoleArn, logicalId, { action, resource });
    const values: Readonly<Record<string, string>> = {
      'schedule-arn': arn,
      'scheduled-time': isoSeconds(at),
      'execution-id': randomUUID(),
      'attempt-number': '1',
    };
    const input = (Target.Input ?? '{}').replace(
      /<aws\.scheduler\.([a-z-]+)>/g,
      (keyword, name: string) => values[name] ?? keyword,
    );
    const denied = denial('lambda:InvokeFunction', Target.Arn);
    if (!denied) return invoke(Target.Arn, JSON.parse(input));
    log({ source: 'scheduler', message: denied });
    const queue = Target.DeadLetterConfig?.Arn;
    if (queue !== undefined && !denial('sqs:SendMessage', queue)) await send(queue, input);
  }

  const dueOf = ({ schedule, time }: (typeof schedules)[number], after = clock.now()): number =>
    nextAt(schedule.properties.ScheduleExpressionTimezone ?? 'UTC', time, after);

  return {
    /** From now on runs the schedules by the clock. */
    start: () => {
      for (const entry of schedules) {
        const wait = (after: number): void => {
          const at = dueOf(entry, after);
          clock.setTimeout(() => {
            // A timer can fire a little too early.
            wait(Math.max(at, clock.now()));
            void activity.during(run(entry.schedule, at));
          }, at - clock.now());
        };
        wait(clock.now());
      }
    },
    /** When each schedule is due next (epoch ms), by logical id. */
    due: (): Readonly<Record<string, number>> =>
      Object.fromEntries(schedules.map((entry) => [entry.schedule.logicalId, dueOf(entry)])),
  };
}
