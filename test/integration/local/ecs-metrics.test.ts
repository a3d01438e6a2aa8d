/** The metrics of tasks and of the balancer before them, as alarms see them. */
import type { LocalCloud } from '../../../local/cloud.ts';
import { ShiftableClock } from '../../support/clocks.ts';
import { addressOf, type Edit, manage, startContainers } from './containers.ts';
import { set, stopAll } from './support.ts';

afterEach(stopAll);

const MINUTE = 60_000;
// Where there is only 127.0.0.1, a task ends before the next one starts; only Linux tells the memory of a process.
const onLinux = process.platform === 'linux' ? test : test.skip;

test('metrics in the output of a task are seen by alarms', async () => {
  const clock = new ShiftableClock();
  const cloud = await startContainers(undefined, { clock });
  const _aws = {
    Timestamp: clock.now(),
    CloudWatchMetrics: [{ Namespace: 'Ship', Dimensions: [['service']], Metrics: [{ Name: 'Words' }] }],
  };
  await manage(addressOf(cloud), '/print', JSON.stringify({ _aws, service: 'ship', Words: 4 }));
  // The line is read before the answer of a later request.
  await manage(addressOf(cloud), '/facts');
  clock.advance(MINUTE);
  expect(cloud.alarms.states()).toMatchObject({ WordsAlarm: 'ALARM', HealthyAlarm: 'OK' });
});

describe('the number of healthy targets is a metric', () => {
  /** @returns the states of the alarm on less than one, the minimum of a minute, since the fault */
  const statesAfter = async (fault: (cloud: LocalCloud, id: string) => Promise<unknown>) => {
    const clock = new ShiftableClock();
    const cloud = await startContainers(undefined, { clock });
    const states: string[] = [];
    cloud.alarms.onChange(({ logicalId, state }) => logicalId === 'HealthyAlarm' && states.push(state));
    await fault(cloud, cloud.tasks.list()[0]?.id ?? '');
    for (let minute = 0; minute < 3; minute += 1) {
      clock.advance(MINUTE);
      cloud.alarms.states();
    }
    return states;
  };

  test('at the end of each minute', async () => {
    expect(await statesAfter((cloud) => cloud.tasks.scale(0))).toEqual(['ALARM']);
  });

  test('and at each change within one', async () => {
    const states = await statesAfter(async (cloud, id) => {
      await cloud.tasks.kill(id);
      await cloud.tasks.steady();
    });
    expect(states).toEqual(['ALARM', 'OK']);
  });

  onLinux('that a deployment does not lower', async () => {
    expect(await statesAfter((cloud, id) => cloud.tasks.stop(id))).toEqual([]);
  });
});

// Of 512 MB. Node.js alone needs more than 4 %, and this program less than 80 %.
onLinux.each([
  [4, 'ALARM'],
  [80, 'OK'],
])('the memory of a task is a metric, in percent of its limit: above %d is %s', async (limit, state) => {
  const clock = new ShiftableClock();
  const watched: Edit = (template) => {
    const change = (name: string, value: unknown) => set(template, `WordsAlarm.Properties.${name}`, value);
    change('Namespace', 'AWS/ECS');
    change('MetricName', 'MemoryUtilization');
    change('Statistic', 'Maximum');
    change('Threshold', limit);
    change('Dimensions', [
      { Name: 'ClusterName', Value: { Ref: 'Cluster' } },
      { Name: 'ServiceName', Value: { 'Fn::GetAtt': ['Service', 'Name'] } },
    ]);
  };
  const cloud = await startContainers(watched, { clock });
  clock.advance(MINUTE);
  expect(cloud.alarms.states()).toMatchObject({ WordsAlarm: state });
});
