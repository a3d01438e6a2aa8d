/** Tables that throttle, a bus and views that fail, and a sweep that fails, is late or does not run. */
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { job, notification } from '../../support/raw-client.ts';
import { batch, image, send } from '../../support/reporting.ts';
import { until } from '../../support/until.ts';
import {
  alarmsAfter,
  alarmsAfterGivingUp,
  alarmsOn,
  endMinute,
  MINUTE,
  postCommand,
  raises,
  streamLog,
} from './support.ts';

const ALWAYS = Number.POSITIVE_INFINITY;
let deployment: Deployment;
const streams = streamLog();
let serial = 0;
beforeAll(async () => {
  deployment = await startDeployment({ log: streams.log });
  await deployment.connect(await deployment.createGroup('berlin'));
});
afterAll(() => deployment.stop());

const ids = ['Journal', 'Jobs', 'Images', 'Backups', 'Groups', 'Connections', 'Commands'];

raises(
  ids.map((table) => `${table}Throttled`),
  'DynamoDB throttles one write to each table in a minute, and the functions try again',
  () =>
    alarmsAfter(
      deployment,
      3,
      async () => {
        const other = await deployment.connect(await deployment.createGroup(`other-${++serial}`));
        const backup = job(serial, 'DONE', { backupId: `client01_${1_700_000_000 + serial}` });
        await send(
          other,
          batch([
            notification('JOB', backup),
            notification('IMAGE', image(`client01_${1_700_000_000 + serial}`)),
          ]),
        );
        await postCommand(deployment, 'berlin');
      },
      [
        ...ids.map((table) => ({
          service: 'dynamodb',
          action: 'PutItem',
          resource: `-${table}`,
          do: 'throttle' as const,
        })),
        ...['Groups', 'Connections', 'Commands'].map((table) => ({
          service: 'dynamodb',
          action: 'UpdateItem',
          resource: `-${table}`,
          do: 'throttle' as const,
        })),
      ],
    ),
);

raises(['RequestsFailing'], 'the tables fail when requests to the HTTP API read them', () =>
  alarmsAfter(deployment, 2, () => deployment.http('GET', '/v1/groups'), [
    { function: 'Api', service: 'dynamodb', do: 'fail', count: ALWAYS },
  ]),
);

raises(['EventsNotPublished'], 'the bus fails when a domain connects', () =>
  alarmsAfter(
    deployment,
    2,
    async () => deployment.connect(await deployment.createGroup(`other-${++serial}`)),
    [{ function: 'Session', service: 'events', do: 'fail', count: ALWAYS }],
  ),
);

raises(
  ['ProblemsNotEvaluated'],
  'the table of problems never accepts what is wrong with backups',
  async () => {
    const client = await deployment.connect(await deployment.createGroup('failing'));
    return alarmsAfter(
      deployment,
      3,
      () => send(client, notification('JOB', job(++serial, 'DONE', { jobType: 'BACKUP', status: 13 }))),
      [
        {
          function: 'Project',
          resource: '-Problems',
          do: 'fail',
          error: 'ValidationException',
          count: ALWAYS,
        },
      ],
    );
  },
);

raises(['SweepMissing'], 'the schedule does not run', async () => {
  for (let minute = 0; minute < 3; minute += 1) await endMinute(deployment);
  return alarmsOn(deployment);
});

raises(['SweepFailing'], 'the sweep cannot end a command whose deadline has passed', async () => {
  await deployment.createGroup('away');
  await postCommand(deployment, 'away');
  deployment.clock.advance(10 * MINUTE);
  return alarmsAfter(deployment, 3, () => deployment.sweep(), [
    { function: 'Sweep', action: 'UpdateItem', resource: '-Commands', do: 'fail', count: ALWAYS },
  ]);
});

raises(['SweepOutOfTime'], 'the first query of the sweep takes 46 s', () =>
  alarmsAfter(deployment, 3, async () => {
    const query = deployment.cloud.faults.add({ function: 'Sweep', action: 'Query', do: 'pause' });
    const swept = deployment.cloud.runSchedules();
    await query.reached;
    deployment.clock.advance(46_000);
    query.remove();
    await swept;
  }),
);

/**
 * Puts the clock forward by so many minutes, and waits until the stream has tried again in the minute that it has reached:
 * an attempt of an earlier minute may be logged late, and counts for that one.
 */
const failAgainAfter = async (minutes: number, code: string): Promise<void> => {
  deployment.clock.advance(minutes * MINUTE);
  const start = deployment.clock.now() - (deployment.clock.now() % MINUTE);
  await until(() => deployment.output.some((line) => line.includes(`"${code}"`) && loggedAt(line) >= start));
};

/** When a structured line was written, in epoch ms; 0 for a metric, which repeats its code. */
const loggedAt = (line: string): number => {
  const { timestamp } = JSON.parse(line.slice(line.indexOf('{'))) as { timestamp?: string };
  return timestamp === undefined ? 0 : Date.parse(timestamp);
};

describe('while the views fail', () => {
  const failures = () =>
    deployment.output.filter((line) => line.includes('"ERROR"') && line.includes('"projection-failed"'))
      .length;
  let failing: ReturnType<Deployment['cloud']['faults']['add']>;

  beforeAll(async () => {
    failing = deployment.cloud.faults.add({
      function: 'Project',
      resource: '-Jobs',
      do: 'fail',
      count: ALWAYS,
    });
    const other = await deployment.connect(await deployment.createGroup('munich'));
    await send(other, notification('JOB', job(1)));
    deployment.clock.advance(1_000);
    await until(() => failures() > 0);
  });
  afterAll(() => failing.remove());

  raises(['ProjectionFailing', 'ProjectionLate'], 'for nine minutes', async () => {
    for (const minutes of [6, 1, 1, 1]) await failAgainAfter(minutes, 'projection-failed');
    return alarmsOn(deployment);
  });

  raises(['FailedBatches'], 'until the stream gives up', () => alarmsAfterGivingUp(deployment, streams));
});

describe('while a message can never be applied', () => {
  const NEVER = { do: 'fail', error: 'ValidationException', count: ALWAYS } as const;

  raises(['MessagesNotApplicable'], 'it is quarantined', async () => {
    const poison = deployment.cloud.faults.add({ function: 'Project', resource: '-Images', ...NEVER });
    const client = await deployment.connect(await deployment.createGroup('rome'));
    const act = () => send(client, notification('IMAGE', image('client01_1700000005')));
    const alarms = await alarmsAfter(deployment, 1, act);
    poison.remove();
    return alarms;
  });

  raises(['MessagesNotQuarantined'], 'and the quarantine fails', async () => {
    const faults = [
      deployment.cloud.faults.add({ function: 'Project', resource: '-Images', ...NEVER }),
      deployment.cloud.faults.add({
        function: 'Project',
        resource: '-Quarantine',
        do: 'fail',
        count: ALWAYS,
      }),
    ];
    const client = await deployment.connect(await deployment.createGroup('oslo'));
    await send(client, notification('IMAGE', image('client01_1700000006')));
    for (let minute = 0; minute < 4; minute += 1) await failAgainAfter(1, 'message-not-quarantined');
    deployment.clock.advance(MINUTE);
    const alarms = alarmsOn(deployment);
    for (const fault of faults) fault.remove();
    return alarms;
  });
});
