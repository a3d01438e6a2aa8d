/** What needs the CDK: other configurations, and cdk-nag. */
import { CfnResource, Stack, Validations } from 'aws-cdk-lib';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { createApp } from '../../lib/app.ts';
import { ConfigError } from '../../lib/config.ts';
import { printLine } from '../../netbackup/terminal.ts';
import { MAXIMAL, MINIMAL, RELAY_ONLY } from './configurations.ts';
import { outdir, stacksOf, synthesize } from './synthesize.ts';
import { only, type Resource, resources, type Template, templates } from './templates.ts';

/** A second deployment, in which every setting differs from the default. */
const configured = synthesize(MAXIMAL);
const allOf = (deployment: Readonly<Record<string, Template>>): Resource[] =>
  Object.values(deployment).flatMap((template) => Object.values(template.Resources));

test('the configuration is applied', () => {
  const named = resources(configured.service, 'AWS::Lambda::Function');
  const variables = (name: string) => named[name]?.Properties.Environment.Variables;
  expect(variables('Command')).toMatchObject({
    INJECT_PATHS: 'default,GET /slps',
    PUBLIC_PATHS: '/ping',
  });
  expect(variables('Session').ALLOWED_CIDRS).toBe('10.0.0.0/8,127.0.0.0/8,2001:db8::/32');
  for (const name of ['Api', 'Command'])
    expect(variables(name).HTTP_ALLOWED_CIDRS).toBe('127.0.0.0/8,2001:db8::/32');
  expect(variables('Sweep').HEARTBEAT_MINUTES).toBe('3');
  expect(variables('Notify').JOURNAL_RETENTION_DAYS).toBe('4');
  expect(variables('Project').VIEW_RETENTION_DAYS).toBe('5');
  expect(variables('Command')).toMatchObject({ COMMAND_RETENTION_HOURS: '6', MAX_QUEUED_COMMANDS: '7' });
  expect(variables('Api').WEBSOCKET_URL).toBe('wss://nbwss.example.com/live');
  for (const { Properties } of Object.values(named)) {
    expect(Properties.MemorySize).toBe(2048);
    expect(Properties.Environment.Variables.LOG_LEVEL).toBe('WARN');
  }
  const reserved = Object.entries(named).map(([name, { Properties }]) => {
    return [name, Properties.ReservedConcurrentExecutions];
  });
  expect(Object.fromEntries(reserved)).toEqual({
    Session: 75,
    Notify: 50,
    Respond: 30,
    Api: 30,
    Command: 38,
  });
  expect(only(configured.service, 'AWS::Lambda::EventSourceMapping').Properties.ParallelizationFactor).toBe(
    8,
  );
  for (const { Properties } of Object.values(resources(configured.service, 'AWS::Logs::LogGroup'))) {
    expect(Properties.RetentionInDays).toBe(14);
  }
  const stages = resources(configured.service, 'AWS::ApiGatewayV2::Stage');
  expect(stages['WebSocketStage']?.Properties).toMatchObject({
    StageName: 'live',
    DefaultRouteSettings: { ThrottlingRateLimit: 11, ThrottlingBurstLimit: 12 },
    RouteSettings: { $connect: { ThrottlingRateLimit: 13, ThrottlingBurstLimit: 14 } },
  });
  expect(stages['HttpStage']?.Properties.DefaultRouteSettings).toMatchObject({
    ThrottlingRateLimit: 21,
    ThrottlingBurstLimit: 22,
  });
});

test('alarms are sent to a configured e-mail address', () => {
  expect(resources(templates.monitoring, 'AWS::SNS::Subscription')).toEqual({});
  expect(resources(configured.monitoring, 'AWS::SNS::Subscription')).toMatchObject({
    Alarmsopsexamplecom: { Properties: { Protocol: 'email', Endpoint: 'ops@example.com' } },
  });
});

test('two deployments in one account have no physical name in common', () => {
  const names = allOf(templates).flatMap(namesOf);
  const others = new Set(allOf(configured).flatMap(namesOf));
  // A bus and a composite alarm need a name; the APIs have one for people to read; that of an access log has a prefix (access-log.ts), and custom domains have theirs. The relay: its API, its log, and three of its network.
  expect([names.length, others.size]).toEqual([5, 13]);
  for (const name of names) expect(others).not.toContain(name);
});

test('two deployments do not raise the alarms of each other', () => {
  const namespaces = ({ service, monitoring }: typeof templates, functions: number, metrics: number) => {
    const counted = Object.values(service.Resources).flatMap(
      ({ Properties }) => Properties?.Environment?.Variables.POWERTOOLS_METRICS_NAMESPACE ?? [],
    );
    const watched = Object.values(resources(monitoring, 'AWS::CloudWatch::Alarm'))
      .flatMap(
        ({ Properties }): { MetricStat?: { Metric: { Namespace: string } } }[] =>
          Properties.Metrics ?? [{ MetricStat: { Metric: Properties } }],
      )
      .flatMap(({ MetricStat }) => MetricStat?.Metric.Namespace ?? [])
      .filter((namespace) => !namespace.startsWith('AWS/'));
    expect([counted.length, watched.length]).toEqual([functions, metrics]);
    return [...new Set([...counted, ...watched])];
  };
  expect(namespaces(templates, 8, 40)).toEqual(['NbwssEndpoint']);
  // With that of the digests.
  expect(namespaces(configured, 8, 48)).toEqual(['SecondEndpoint']);
});

/** Physical names that a template fixes. A stage's name belongs to its API, a policy's to its role, an alias's to its function. */
function namesOf({ Type, Properties }: Resource): string[] {
  const scoped = ['AWS::ApiGatewayV2::Stage', 'AWS::IAM::Policy', 'AWS::Lambda::Alias'];
  if (scoped.includes(Type)) return [];
  return Object.entries(Properties ?? {})
    .filter(([key]) =>
      /^(Name|(Table|Queue|Topic|Function|Role|Bus|LogGroup|Alarm|Archive|Rule|Api|Alias)Name)$/.test(key),
    )
    .filter(([key]) => !(key === 'FunctionName' && Type !== 'AWS::Lambda::Function'))
    .map(([, value]) => String(value));
}

/**
 * The length of values that CloudFormation fills in: a URL or an ARN, or the name of a table, which consists of the
 * stack's name (68 characters at most), its logical id (some 20) and 13 more; a bucket's name has 63 at most.
 */
const assigned = (variable: string): number =>
  variable.endsWith('_TABLE') ? 120 : variable.endsWith('_BUCKET') ? 63 : 160;

test('with any configuration, the environment of each function fits into the 4 KB of Lambda', () => {
  const certificateOf = (characters: number) =>
    `-----BEGIN CERTIFICATE-----${'A'.repeat(characters)}-----END CERTIFICATE-----`;
  const caCertificate = certificateOf(2050);
  const largest = {
    stackPrefix: 'N'.repeat(64),
    stageName: 's'.repeat(64),
    allowedCidrs: Array(181).fill('10.0.0.0/8'),
    caCertificate,
    injectPaths: [`/${'a'.repeat(2130 - caCertificate.length - 1)}`],
    publicPaths: ['/ping', '/appdetails', '/tokenkey'],
    // 1 400 characters as JSON.
    verdicts: [{ policy: 'p'.repeat(1363), verdict: 'ok' }],
  };
  const role = { role: 'r', scopes: ['read'], labels: { customer: '\u00e9'.repeat(250) } };
  const signedIn = {
    ...largest,
    caCertificate: undefined,
    injectPaths: [`/${'a'.repeat(600)}`],
    verdicts: [{ policy: 'p'.repeat(50), verdict: 'ok' }],
    oidc: {
      issuer: 'https://login.example.com',
      audience: ['a'.repeat(256), 'b'.repeat(60)],
      rolesClaim: 'groups',
      roles: [role],
    },
  };
  // With names of the greatest length, the URLs of the relay and its bucket take 597 bytes of what these settings may have.
  const name = `${'r'.repeat(63)}.${'r'.repeat(63)}.${'r'.repeat(63)}.${'r'.repeat(57)}.com`;
  const relayed = {
    ...largest,
    stackPrefix: 'N'.repeat(58),
    gateway: 'both',
    relay: { name, certificate: { secret: 'nbwss/relay' } },
    caCertificate: certificateOf(2050 - 597),
    verdicts: [{ policy: 'p'.repeat(1363 - 597), verdict: 'ok' }],
  };
  for (const settings of [largest, signedIn, relayed]) {
    const { service } = synthesize(settings);
    for (const { Properties } of Object.values(resources(service, 'AWS::Lambda::Function'))) {
      const bytes = Object.entries<unknown>(Properties.Environment.Variables).reduce(
        (sum, [name, value]) =>
          sum + name.length + (typeof value === 'string' ? Buffer.byteLength(value) : assigned(name)),
        0,
      );
      printLine(`${String(Properties.Description).slice(0, 40)}: ${bytes} bytes of environment`);
      expect(bytes).toBeLessThan(4096);
    }
  }
});

/** What is acknowledged in a configuration, with its reasons. Other findings fail the synthesis. */
const acknowledgedBy = (configuration: Record<string, unknown>): string[] => {
  const { app } = stacksOf(configuration);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
  return app.node.findAll().flatMap((construct) =>
    construct.node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      // The CDK acknowledges findings of its own.
      .filter(([rule]) => rule.includes('AwsSolutions-'))
      .map(([rule, reason]) => {
        expect(reason).toMatch(/^[A-Z].{30,}\.$/);
        return `${construct.node.path.replace(/^Nbwss/, '')}: ${rule.replace(/^.*?AwsSolutions-/, '')}`;
      }),
  );
};

test('AwsSolutions finds nothing that is not acknowledged, with a reason', () => {
  expect(acknowledgedBy({}).sort()).toMatchSnapshot();
});

test.each([
  ['minimal', MINIMAL],
  ['maximal', MAXIMAL],
  ['smallest relay', RELAY_ONLY],
])('also with the %s configuration', (_, configuration) => {
  expect(acknowledgedBy(configuration)).not.toEqual([]);
});

test.each<[string, (stack: Stack) => void, string]>([
  ['a queue that accepts plain HTTP', (stack) => new CfnQueue(stack, 'Queue'), 'AwsSolutions-SQS4'],
  [
    'a property that CloudFormation lacks',
    (stack) => new CfnResource(stack, 'Topic', { type: 'AWS::SNS::Topic', properties: { TopicNam: 'x' } }),
    'TopicNam',
  ],
])('the checks fail the synthesis: %s', (_, careless, finding) => {
  const app = createApp({ outdir: outdir() });
  careless(new Stack(app, 'Careless'));
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  expect(() => app.synth()).toThrow(finding);
});

test('a configuration that is not valid stops the app with ConfigError', () => {
  expect(() => stacksOf({ heartbeatMinutes: 60 })).toThrow(ConfigError);
});
