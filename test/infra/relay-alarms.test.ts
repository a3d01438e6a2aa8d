/** The alarms of the relay. */
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { alarmsOf } from '../../lib/alarms.ts';
import { readConfig } from '../../lib/config.ts';
import { RELAY_ONLY } from './configurations.ts';
import { ACM, withRelay } from './relay.ts';
import { synthesize } from './synthesize.ts';
import { only, resources } from './templates.ts';

const { monitoring } = synthesize(RELAY_ONLY);
const alarms = resources(monitoring, 'AWS::CloudWatch::Alarm');
const ofRelay = (nbwss: Record<string, unknown>): string[] =>
  alarmsOf(readConfig({ nbwss })).flatMap(({ id }) => (id.startsWith('Relay') ? [id] : []));

test('their metrics, thresholds and periods', () => {
  const table = Object.entries(alarms)
    .filter(([name]) => name.startsWith('Relay'))
    .map(([name, { Properties }]) => {
      const { Namespace, MetricName, Statistic, Threshold, DatapointsToAlarm, EvaluationPeriods } =
        Properties;
      const sign = Properties.ComparisonOperator === 'LessThanThreshold' ? '<' : '>';
      const metric = Namespace ? `${Statistic} ${Namespace} ${MetricName}` : Properties.Metrics[0].Expression;
      return `${name}: ${metric} ${sign} ${Threshold}, ${DatapointsToAlarm} of ${EvaluationPeriods} min`;
    });
  expect(table).toMatchInlineSnapshot(`
[
  "RelayDown: Maximum AWS/NetworkELB HealthyHostCount < 1, 2 of 5 min",
  "RelayTasksStopping: Minimum AWS/NetworkELB HealthyHostCount < 1, 3 of 30 min",
  "RelayMessagesUnanswered: Sum NbwssEndpoint Occurrences > 0, 2 of 5 min",
  "RelayInvocationsFailing: Sum NbwssEndpoint Occurrences > 0, 3 of 5 min",
  "RelayCallsFailing: FILL(m0, 0) + FILL(m1, 0) > 0, 3 of 5 min",
  "RelayFull: FILL(m0, 0) + FILL(m1, 0) > 0, 2 of 5 min",
  "RelayMemoryHigh: Maximum AWS/ECS MemoryUtilization > 85, 3 of 5 min",
  "RelayCertificateExpiring: Sum NbwssEndpoint Occurrences > 0, 1 of 180 min",
  "RelayCertificateUnreadable: Sum NbwssEndpoint Occurrences > 0, 2 of 180 min",
]
`);
});

test('the relay logs or counts every code that they watch', () => {
  const folder = resolve(import.meta.dirname, '../../relay');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const program = files.map((name) => readFileSync(resolve(folder, name), 'utf8')).join('\n');
  const codes = alarmsOf(readConfig({ nbwss: RELAY_ONLY }))
    .flatMap(({ signal }) => ('logged' in signal ? signal.logged : []))
    .flatMap((code) => (code.startsWith('relay/') ? [code.slice('relay/'.length)] : []));
  expect(codes).toContain('handshake-refused');
  expect(codes.filter((code) => !program.includes(`'${code}'`))).toEqual([]);
});

test('the health is that of the tasks behind the balancer, the memory that of the service', () => {
  const dimensions = (name: string) =>
    alarms[name]?.Properties.Dimensions.map(({ Name, Value }: { Name: string; Value: unknown }) => [
      Name,
      JSON.stringify(Value).match(/PublishOutput\w+/)?.[0],
    ]);
  expect(dimensions('RelayDown')).toEqual([
    ['LoadBalancer', expect.stringMatching(/Balancer\w+LoadBalancerFullName/)],
    ['TargetGroup', expect.stringMatching(/BalancerTargets\w+TargetGroupFullName/)],
  ]);
  expect(dimensions('RelayMemoryHigh')).toEqual([
    ['ClusterName', expect.stringMatching(/ServiceCluster/)],
    ['ServiceName', expect.stringMatching(/Service\w+Name/)],
  ]);
});

test('without data the relay is down: there is no task that could be counted', () => {
  const breaching = Object.keys(alarms).filter(
    (id) => alarms[id]?.Properties.TreatMissingData === 'breaching',
  );
  expect(breaching).toEqual(['RelayDown', 'SweepMissing']);
});

test('the composite alarm is on while NetBackup is not served by the relay', () => {
  const rule = JSON.stringify(only(monitoring, 'AWS::CloudWatch::CompositeAlarm').Properties.AlarmRule);
  expect([...rule.matchAll(/"(Relay\w+?)[0-9A-F]{8}"/g)].map(([, id]) => id)).toEqual([
    'RelayDown',
    'RelayMessagesUnanswered',
  ]);
});

test('those of the WebSocket API exist if there is one, those of the relay if there is one', () => {
  const of = (nbwss: Record<string, unknown>) => alarmsOf(readConfig({ nbwss })).map(({ id }) => id);
  const gateways = ['GatewayErrors', 'IntegrationErrors'];
  for (const id of gateways) {
    expect(of(RELAY_ONLY)).not.toContain(id);
    expect(of({ ...RELAY_ONLY, gateway: 'both' })).toContain(id);
  }
  expect(ofRelay({ ...RELAY_ONLY, gateway: 'both' })).toEqual(ofRelay(RELAY_ONLY));
  expect(ofRelay({ ...RELAY_ONLY, gateway: 'api-gateway' })).toEqual([]);
});

test('as many tasks must be healthy as are configured', () => {
  const facts = alarmsOf(readConfig({ nbwss: withRelay({ tasks: { min: 3, max: 5 } }) }));
  expect(facts.find(({ id }) => id === 'RelayTasksStopping')).toMatchObject({ below: 3 });
});

test('a certificate is watched by who has it: the tasks, or the sweep if it reaches the balancer', () => {
  const watched = (nbwss: Record<string, unknown>) =>
    alarmsOf(readConfig({ nbwss }))
      .map(({ id }) => id)
      .filter((id) => id.includes('Certificate'));
  const bySweep = [
    'CertificateExpiring',
    'CertificateChanged',
    'CertificateNotReadable',
    'CertificateNotWatched',
  ];
  const byTasks = ['RelayCertificateExpiring', 'RelayCertificateUnreadable'];
  expect(watched(RELAY_ONLY)).toEqual([...bySweep, ...byTasks]);
  expect(watched(withRelay({ certificate: { balancer: ACM } }))).toEqual(bySweep);
  expect(watched(withRelay({ certificate: { acm: ACM }, internal: true }))).toEqual([
    ...bySweep.slice(0, 2),
    ...byTasks,
  ]);
  expect(watched({ ...withRelay({ internal: true }), gateway: 'both' })).toEqual(bySweep);
});
