import { HTTP_FIELDS, WEBSOCKET_FIELDS } from '../../lib/constructs/access-log.ts';
import { only, plain, type Resource, resources, synthesize } from './synthesize.ts';

const { service } = synthesize().templates;
const functions = resources(service, 'AWS::Lambda::Function');
const logicalId = (value: { 'Fn::GetAtt': [string, string] } | { Ref: string }): string =>
  plain('Ref' in value ? value.Ref : value['Fn::GetAtt'][0]);

test('seven functions, each with the time it may take', () => {
  const timeouts = Object.entries(functions).map(
    ([
      name,
      {
        Properties: { Timeout },
      },
    ]) => [name, Timeout],
  );
  expect(Object.fromEntries(timeouts)).toEqual({
    Session: 20,
    Notify: 5,
    Respond: 20,
    Project: 300,
    Sweep: 55,
    Api: 29,
    Command: 29,
  });
});

describe.each(Object.entries(functions))('function %s', (name, { Properties: properties }) => {
  test('runs on the current Node, on arm64, with enough of a CPU', () => {
    expect(properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
    });
    expect(properties.MemorySize).toBeGreaterThanOrEqual(512);
  });

  test('is traced', () => {
    expect(properties.TracingConfig).toEqual({ Mode: 'Active' });
  });

  test('logs into a group of its own that forgets', () => {
    const group = logicalId(properties.LoggingConfig.LogGroup);
    expect(group).toBe(`${name}Log`);
    expect(resources(service, 'AWS::Logs::LogGroup')[group]?.Properties.RetentionInDays).toBe(30);
  });

  test('has a role of its own', () => {
    expect(logicalId(properties.Role)).toBe(`${name}Role`);
  });

  test('knows the log level', () => {
    expect(properties.Environment.Variables.LOG_LEVEL).toBe('INFO');
  });
});

test('what each function is told', () => {
  const told = Object.entries(functions).map(
    ([
      name,
      {
        Properties: { Environment },
      },
    ]) => [
      name,
      Object.keys(Environment.Variables)
        .filter((key) => key !== 'LOG_LEVEL')
        .sort()
        .join(' '),
    ],
  );
  expect(Object.fromEntries(told)).toMatchSnapshot();
});

test('the URLs are taken from the gateways, so that nothing is left to put together', () => {
  const endpoint = { 'Fn::GetAtt': [expect.stringMatching(/^WebSocketApi/), 'ApiEndpoint'] };
  expect(functions['Api']?.Properties.Environment.Variables.WEBSOCKET_URL).toEqual({
    'Fn::Join': ['/', [endpoint, 'nbwss']],
  });
  const host = { 'Fn::Select': [1, { 'Fn::Split': ['://', endpoint] }] };
  expect(functions['Session']?.Properties.Environment.Variables.MANAGEMENT_URL).toEqual({
    'Fn::Join': ['', ['https://', host, '/nbwss']],
  });
  expect(functions['Api']?.Properties.Environment.Variables.API_URL).toEqual({
    'Fn::GetAtt': [expect.stringMatching(/^HttpApi/), 'ApiEndpoint'],
  });
});

describe('the gateways', () => {
  const apis = resources(service, 'AWS::ApiGatewayV2::Api');
  const routes = Object.values(resources(service, 'AWS::ApiGatewayV2::Route'));
  const integrations = resources(service, 'AWS::ApiGatewayV2::Integration');
  const stages = resources(service, 'AWS::ApiGatewayV2::Stage');
  const stage = (name: string): Resource['Properties'] => stages[name]?.Properties;

  /** `route -> function` of one API. */
  const table = (api: string) =>
    Object.fromEntries(
      routes
        .filter(({ Properties }) => logicalId(Properties.ApiId) === api)
        .map(({ Properties: { RouteKey, Target } }) => {
          const integration = integrations[logicalId(Target['Fn::Join'][1][1])]?.Properties;
          expect(integration.IntegrationType).toBe('AWS_PROXY');
          const uri = JSON.stringify(integration.IntegrationUri);
          return [
            RouteKey,
            Object.keys(functions).find((name) => new RegExp(`"${name}[0-9A-F]{8}"`).test(uri)),
          ];
        }),
    );

  test('the type of a WebSocket message chooses its function', () => {
    expect(apis['WebSocketApi']?.Properties).toMatchObject({
      ProtocolType: 'WEBSOCKET',
      RouteSelectionExpression: '$request.body.type',
    });
    expect(table('WebSocketApi')).toEqual({
      $connect: 'Session',
      CONNECT: 'Session',
      $disconnect: 'Session',
      $default: 'Session',
      NOTIFICATION: 'Notify',
      COMMAND: 'Respond',
    });
  });

  test('NOTIFICATION alone is two-way: what its function returns goes back on the socket', () => {
    const expressions = routes
      .filter(({ Properties }) => 'RouteResponseSelectionExpression' in Properties)
      .map(({ Properties }) => [Properties.RouteKey, Properties.RouteResponseSelectionExpression]);
    expect(expressions).toEqual([['NOTIFICATION', '$default']]);
    const response = only(service, 'AWS::ApiGatewayV2::RouteResponse').Properties;
    expect(response.RouteResponseKey).toBe('$default');
    expect(logicalId(response.RouteId)).toMatch(/NOTIFICATIONRoute$/);
  });

  test('invitations have a limit of their own, and a route whose key shows no secret', () => {
    const stages = Object.values(resources(service, 'AWS::ApiGatewayV2::Stage'));
    const settings = stages.map(({ Properties }) => Properties.RouteSettings).filter(Boolean);
    expect(settings).toEqual([
      { 'GET /invitations/{invitation}': { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 20 } },
    ]);
  });

  test('commands over HTTP have a function of their own, the rest goes to the other', () => {
    expect(table('HttpApi')).toEqual({
      $default: 'Api',
      'GET /invitations/{invitation}': 'Api',
      'ANY /v1/commands': 'Command',
      'ANY /v1/groups/{groupId}/commands': 'Command',
      'ANY /v1/groups/{groupId}/commands/{proxy+}': 'Command',
      'ANY /v1/groups/{groupId}/netbackup': 'Command',
      'ANY /v1/groups/{groupId}/netbackup/{proxy+}': 'Command',
      'ANY /v1/groups/{groupId}/netbackup-credential': 'Command',
    });
    for (const [name, { Properties }] of Object.entries(integrations)) {
      if (name.startsWith('Http')) expect(Properties.PayloadFormatVersion).toBe('2.0');
    }
  });

  test.each(['WebSocketStage', 'HttpStage'])(
    '%s is throttled and measured, and keeps no messages',
    (name) => {
      expect(stage(name).AutoDeploy).toBe(true);
      const { LoggingLevel, ...settings } = stage(name).DefaultRouteSettings;
      expect(settings).toEqual({
        DetailedMetricsEnabled: true,
        ThrottlingRateLimit: 1000,
        ThrottlingBurstLimit: 500,
        ...(name === 'WebSocketStage' ? { DataTraceEnabled: false } : {}),
      });
      expect([undefined, 'OFF']).toContain(LoggingLevel);
    },
  );

  test.each([
    ['WebSocketStage', WEBSOCKET_FIELDS],
    ['HttpStage', HTTP_FIELDS],
  ])('the access log of %s is JSON, and holds neither content nor secrets', (name, fields) => {
    const { Format, DestinationArn } = stage(name).AccessLogSettings;
    expect(JSON.parse(Format)).toEqual(fields);
    expect(Object.keys(fields)).toEqual(
      expect.arrayContaining(['requestId', 'routeKey', 'status', 'sourceIp']),
    );
    // What could hold them: bodies, headers and query strings, and paths (an invitation's path is a secret).
    for (const variable of Object.values(fields)) {
      expect(variable).toMatch(/^\$context\.[A-Za-z.]+$/);
      expect(variable).not.toMatch(/body|path|uri|header|query|authorizer|userAgent/i);
    }
    const group = resources(service, 'AWS::Logs::LogGroup')[logicalId(DestinationArn)];
    expect(group?.Properties.RetentionInDays).toBe(30);
  });

  test('the account can write WebSocket access logs before the stage asks for them', () => {
    const account = only(service, 'AWS::ApiGateway::Account');
    expect(logicalId(account.Properties.CloudWatchRoleArn)).toBe('GatewayLogRole');
    expect(stages['WebSocketStage']?.DependsOn?.map(plain)).toContain('GatewayLogRoleAccount');
    const role = resources(service, 'AWS::IAM::Role')['GatewayLogRole'];
    for (const kept of [account, role]) {
      expect(kept).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    }
  });

  test('the account setting can be left alone', () => {
    const { service: without } = synthesize({ apiGatewayLogRole: false }).templates;
    without.resourceCountIs('AWS::ApiGateway::Account', 0);
    expect(resources(without, 'AWS::IAM::Role')).not.toHaveProperty('GatewayLogRole');
  });
});

describe('the journal stream', () => {
  const mapping = only(service, 'AWS::Lambda::EventSourceMapping').Properties;

  test('brings insertions only, from the beginning', () => {
    expect(logicalId(mapping.FunctionName)).toBe('Project');
    expect(mapping.EventSourceArn['Fn::ImportValue']).toMatch(/Journal.*StreamArn/);
    expect(mapping.StartingPosition).toBe('TRIM_HORIZON');
    expect(mapping.FilterCriteria.Filters).toEqual([{ Pattern: '{"eventName":["INSERT"]}' }]);
  });

  test('a bad record neither takes its batch with it nor stops the shard', () => {
    expect(mapping).toMatchObject({
      BatchSize: 100,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 10,
    });
    // Age alone must not drop a record: after an outage all of them are old.
    expect(mapping).not.toHaveProperty('MaximumRecordAgeInSeconds');
  });

  test('what fails for good is named in a queue, for as long as a queue can', () => {
    expect(logicalId(mapping.DestinationConfig.OnFailure.Destination)).toBe('JournalStreamDeadLetters');
    const queue = only(service, 'AWS::SQS::Queue').Properties;
    expect(queue).toMatchObject({ MessageRetentionPeriod: 14 * 24 * 3600, SqsManagedSseEnabled: true });
    const [deny] = only(service, 'AWS::SQS::QueuePolicy').Properties.PolicyDocument.Statement;
    expect(deny).toMatchObject({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
  });

  test('the mapping waits for the permissions that Lambda tries when it is created', () => {
    const { DependsOn = [] } = only(service, 'AWS::Lambda::EventSourceMapping');
    expect(DependsOn.map(plain)).toContain('ProjectRoleDefaultPolicy');
  });
});

test('the sweep runs every minute, and a run that fails is not run again', () => {
  const rule = only(service, 'AWS::Events::Rule').Properties;
  expect(rule).toMatchObject({ ScheduleExpression: 'rate(1 minute)', State: 'ENABLED' });
  expect(rule.Targets.map(({ Arn }: { Arn: { 'Fn::GetAtt': [string, string] } }) => logicalId(Arn))).toEqual([
    'Sweep',
  ]);
  const invoke = only(service, 'AWS::Lambda::EventInvokeConfig').Properties;
  expect(logicalId(invoke.FunctionName)).toBe('Sweep');
  expect(invoke).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
});

test('outputs what people need next', () => {
  const outputs = service.findOutputs('*');
  for (const name of ['WebSocketUrl', 'ApiUrl', 'FirstKey']) {
    expect(outputs[name]?.['Description']).toEqual(expect.any(String));
  }
  expect(outputs['WebSocketUrl']?.['Value']).toEqual(
    functions['Api']?.Properties.Environment.Variables.WEBSOCKET_URL,
  );
  expect(outputs['FirstKey']?.['Value']['Fn::Join'][1]).toEqual([
    'npx nbwss keys create --table ',
    { 'Fn::ImportValue': expect.stringContaining('ExportsOutputRefKeys') },
    ' --scopes admin',
  ]);
});

/**
 * How long what only CloudFormation knows can be: a URL or an ARN, or the name of a table, which is made of the stack's
 * name (68 characters at most), its logical id (some 20) and 13 more.
 */
const assigned = (variable: string): number => (variable.endsWith('_TABLE') ? 120 : 160);

test('whatever the configuration, no environment outgrows the 4 KB of Lambda', () => {
  const caCertificate = `-----BEGIN CERTIFICATE-----${'A'.repeat(2200)}-----END CERTIFICATE-----`;
  const largest = {
    stackPrefix: 'N'.repeat(64),
    stageName: 's'.repeat(64),
    allowedCidrs: Array(181).fill('10.0.0.0/8'),
    caCertificate,
    injectPaths: [`/${'a'.repeat(2300 - caCertificate.length - 1)}`],
    publicPaths: ['/ping', '/appdetails', '/tokenkey'],
  };
  const { service: configured } = synthesize(largest).templates;
  for (const { Properties } of Object.values(resources(configured, 'AWS::Lambda::Function'))) {
    const bytes = Object.entries<unknown>(Properties.Environment.Variables).reduce(
      (sum, [name, value]) => sum + name.length + (typeof value === 'string' ? value.length : assigned(name)),
      0,
    );
    expect(bytes).toBeLessThan(4096);
  }
});

test('the configuration reaches what it configures', () => {
  const config = {
    stageName: 'live',
    allowedCidrs: ['10.0.0.0/8', '2001:db8::/32'],
    heartbeatMinutes: 3,
    retention: { journalDays: 4, viewDays: 5, commandHours: 6 },
    maxQueuedCommands: 7,
    injectPaths: ['default', 'GET /slps'],
    publicPaths: ['/ping'],
    logRetentionDays: 14,
    logLevel: 'WARN',
    webSocketThrottling: { rate: 11, burst: 12 },
    httpThrottling: { rate: 21, burst: 22 },
    functionMemoryMb: 2048,
    notifyReservedConcurrency: 50,
    projectParallelization: 8,
  };
  const configured = synthesize(config).templates.service;
  const named = resources(configured, 'AWS::Lambda::Function');
  const variables = (name: string) => named[name]?.Properties.Environment.Variables;
  expect(variables('Command')).toMatchObject({
    INJECT_PATHS: 'default,GET /slps',
    PUBLIC_PATHS: '/ping',
  });
  expect(variables('Session').ALLOWED_CIDRS).toBe('10.0.0.0/8,2001:db8::/32');
  expect(variables('Sweep').HEARTBEAT_MINUTES).toBe('3');
  expect(variables('Notify').JOURNAL_RETENTION_DAYS).toBe('4');
  expect(variables('Project').VIEW_RETENTION_DAYS).toBe('5');
  expect(variables('Command')).toMatchObject({ COMMAND_RETENTION_HOURS: '6', MAX_QUEUED_COMMANDS: '7' });
  expect(variables('Api').WEBSOCKET_URL['Fn::Join'][1][1]).toBe('live');
  for (const { Properties } of Object.values(named)) {
    expect(Properties.MemorySize).toBe(2048);
    expect(Properties.Environment.Variables.LOG_LEVEL).toBe('WARN');
  }
  expect(named['Notify']?.Properties.ReservedConcurrentExecutions).toBe(50);
  expect(only(configured, 'AWS::Lambda::EventSourceMapping').Properties.ParallelizationFactor).toBe(8);
  for (const { Properties } of Object.values(resources(configured, 'AWS::Logs::LogGroup'))) {
    expect(Properties.RetentionInDays).toBe(14);
  }
  const stages = resources(configured, 'AWS::ApiGatewayV2::Stage');
  expect(stages['WebSocketStage']?.Properties).toMatchObject({
    StageName: 'live',
    DefaultRouteSettings: { ThrottlingRateLimit: 11, ThrottlingBurstLimit: 12 },
  });
  expect(stages['HttpStage']?.Properties.DefaultRouteSettings).toMatchObject({
    ThrottlingRateLimit: 21,
    ThrottlingBurstLimit: 22,
  });
});
