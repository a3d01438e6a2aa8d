import { LIMITS } from '../../lambdas/notifications/interpret.ts';
import { GROUP_SHARE } from '../../lambdas/reports/apply-batch.ts';
import { only, plain, type Resource, resources, templates } from './templates.ts';

const { service } = templates;
const functions = resources(service, 'AWS::Lambda::Function');
const logicalId = (value: { 'Fn::GetAtt': [string, string] } | { Ref: string }): string =>
  plain('Ref' in value ? value.Ref : value['Fn::GetAtt'][0]);

test('eight functions, and their timeouts', () => {
  const timeouts = Object.entries(functions).map(([name, { Properties }]) => [name, Properties.Timeout]);
  expect(Object.fromEntries(timeouts)).toEqual({
    Console: 10,
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
  test('runs on Node.js 24, on arm64, with at least 512 MB', () => {
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

  test('has its own log group, with a retention', () => {
    const group = logicalId(properties.LoggingConfig.LogGroup);
    expect(group).toBe(`${name}Log`);
    expect(resources(service, 'AWS::Logs::LogGroup')[group]?.Properties.RetentionInDays).toBe(30);
  });

  test('has its own role', () => {
    expect(logicalId(properties.Role)).toBe(`${name}Role`);
  });

  test('has the log level', () => {
    expect(properties.Environment.Variables.LOG_LEVEL).toBe('INFO');
  });
});

test('the environment variables of each function', () => {
  const variables = Object.entries(functions).map(([name, { Properties }]) => {
    const names = Object.keys(Properties.Environment.Variables).filter((key) => key !== 'LOG_LEVEL');
    return [name, names.sort().join(' ')];
  });
  expect(Object.fromEntries(variables)).toMatchSnapshot();
});

test('the URLs are taken from the gateways', () => {
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

  test('the type of a WebSocket message selects its function', () => {
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

  test('only NOTIFICATION is two-way: what its function returns is sent on the socket', () => {
    const expressions = routes
      .filter(({ Properties }) => 'RouteResponseSelectionExpression' in Properties)
      .map(({ Properties }) => [Properties.RouteKey, Properties.RouteResponseSelectionExpression]);
    expect(expressions).toEqual([['NOTIFICATION', '$default']]);
    const response = only(service, 'AWS::ApiGatewayV2::RouteResponse').Properties;
    expect(response.RouteResponseKey).toBe('$default');
    expect(logicalId(response.RouteId)).toMatch(/NOTIFICATIONRoute$/);
  });

  test('only the routes of the session function have a limit of their own, and the stage waits for them', () => {
    const strangers = ['$connect', '$default', '$disconnect', 'CONNECT'];
    expect(Object.keys(stage('WebSocketStage').RouteSettings).sort()).toEqual(strangers);
    expect(stage('HttpStage')).not.toHaveProperty('RouteSettings');
    const waitsFor = stages['WebSocketStage']?.DependsOn?.map((id) => {
      return service.Resources[id]?.Properties.RouteKey;
    });
    expect(waitsFor).toEqual(expect.arrayContaining(strangers));
  });

  test('no limit is one that a few requests of strangers reach', () => {
    const limits = Object.values(stages).flatMap(({ Properties }) => [
      Properties.DefaultRouteSettings,
      ...Object.values(Properties.RouteSettings ?? {}),
    ]);
    for (const { ThrottlingRateLimit, ThrottlingBurstLimit } of limits)
      expect(Math.min(ThrottlingRateLimit, ThrottlingBurstLimit)).toBeGreaterThanOrEqual(500);
  });

  test('commands over HTTP have their own function, all other requests go to the API function', () => {
    expect(table('HttpApi')).toEqual({
      $default: 'Api',
      'ANY /console': 'Console',
      'ANY /console/{path+}': 'Console',
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

  test.each(['WebSocketStage', 'HttpStage'])('%s is throttled, and logs no messages', (name) => {
    expect(stage(name).AutoDeploy).toBe(true);
    const { LoggingLevel, ...settings } = stage(name).DefaultRouteSettings;
    expect(settings).toEqual({
      // They cost more than an idle deployment.
      DetailedMetricsEnabled: false,
      ThrottlingRateLimit: 1000,
      ThrottlingBurstLimit: 500,
      ...(name === 'WebSocketStage' ? { DataTraceEnabled: false } : {}),
    });
    expect([undefined, 'OFF']).toContain(LoggingLevel);
  });

  test('clients connect over IPv4 and IPv6', () => {
    for (const { Properties } of Object.values(apis)) expect(Properties.IpAddressType).toBe('dualstack');
  });
});

describe('the journal stream', () => {
  const mapping = only(service, 'AWS::Lambda::EventSourceMapping').Properties;

  test('delivers insertions only, from the beginning', () => {
    expect(logicalId(mapping.FunctionName)).toBe('Project');
    expect(mapping.EventSourceArn['Fn::ImportValue']).toMatch(/Journal.*StreamArn/);
    expect(mapping.StartingPosition).toBe('TRIM_HORIZON');
    expect(mapping.FilterCriteria.Filters).toEqual([{ Pattern: '{"eventName":["INSERT"]}' }]);
  });

  test('a bad record does not fail its batch, and an outage may last: retries are bounded by age alone', () => {
    expect(mapping).toMatchObject({
      BatchSize: 25,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: -1,
      // Of 24 hours in the stream, some are left for a backlog.
      MaximumRecordAgeInSeconds: 72_000,
    });
  });

  test('a batch of the largest messages of one group is applied, not quarantined', () => {
    expect(mapping.BatchSize * LIMITS.notifications).toBeLessThanOrEqual(GROUP_SHARE.notifications);
  });

  test('what fails for so long is kept in a bucket, as long as views, encrypted and private, also when the stack is deleted', () => {
    expect(logicalId(mapping.DestinationConfig.OnFailure.Destination)).toBe('JournalStreamFailedBatches');
    const bucket = only(service, 'AWS::S3::Bucket');
    expect(bucket).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    expect(bucket.Properties).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
      LifecycleConfiguration: {
        Rules: [expect.objectContaining({ ExpirationInDays: 400, Status: 'Enabled' })],
      },
    });
    const [deny] = only(service, 'AWS::S3::BucketPolicy').Properties.PolicyDocument.Statement;
    expect(deny).toMatchObject({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
    expect(mapping.MetricsConfig).toEqual({ Metrics: ['EventCount'] });
  });

  test('the mapping is created after the permissions that Lambda checks then', () => {
    const { DependsOn = [] } = only(service, 'AWS::Lambda::EventSourceMapping');
    expect(DependsOn.map(plain)).toContain('ProjectRoleDefaultPolicy');
  });
});

test('the sweep runs every minute, and a failed run is not retried', () => {
  const rule = only(service, 'AWS::Events::Rule').Properties;
  expect(rule).toMatchObject({ ScheduleExpression: 'rate(1 minute)', State: 'ENABLED' });
  expect(rule.Targets.map(({ Arn }: { Arn: { 'Fn::GetAtt': [string, string] } }) => logicalId(Arn))).toEqual([
    'Sweep',
  ]);
  const invoke = only(service, 'AWS::Lambda::EventInvokeConfig').Properties;
  expect(logicalId(invoke.FunctionName)).toBe('Sweep');
  expect(invoke).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
});

test('the outputs hold the URLs, and the command for the first API key', () => {
  const outputs = service.Outputs ?? {};
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
