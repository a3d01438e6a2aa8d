/** What the two stages of the gateways depend on and log, in each configuration. */
import { HTTP_FIELDS, WEBSOCKET_FIELDS } from '../../lib/constructs/access-log.ts';
import { MAXIMAL, MINIMAL } from './configurations.ts';
import { synthesize } from './synthesize.ts';
import { only, plain, type Resource, resources, type Template, templates } from './templates.ts';

const { service: maximal } = synthesize(MAXIMAL);
const { service: existing } = synthesize({ apiGatewayLogRole: 'existing' });

/** The resources of a type that belong to the API of a stage, by logical id. */
const ofApi = ({ Resources }: Template, type: string, api: unknown): string[] =>
  Object.entries(Resources).flatMap(([id, { Type, Properties }]) =>
    Type === type && JSON.stringify(Properties.ApiId) === JSON.stringify(api) ? [id] : [],
  );

describe.each<[string, Template, boolean]>([
  ['default', templates.service, true],
  ['minimal', synthesize(MINIMAL).service, true],
  ['maximal', maximal, false],
])('%s: a stage is created after', (_, template, hasConsole) => {
  test.each(['WebSocketStage', 'HttpStage'])(
    'all routes, integrations and responses of its API: %s',
    (name) => {
      const stage = resources(template, 'AWS::ApiGatewayV2::Stage')[name] as Resource;
      const parts = ['Route', 'Integration', 'RouteResponse'].map((type) =>
        ofApi(template, `AWS::ApiGatewayV2::${type}`, stage.Properties.ApiId),
      );
      const ofHttp = hasConsole ? [10, 4, 0] : [8, 3, 0];
      expect(parts.map(({ length }) => length)).toEqual(name === 'HttpStage' ? ofHttp : [6, 3, 1]);
      expect(stage.DependsOn).toEqual(expect.arrayContaining(parts.flat()));
    },
  );
});

const stagesOf = (template: Template) => resources(template, 'AWS::ApiGatewayV2::Stage');
const logOf = (template: Template, name: string) => stagesOf(template)[name]?.Properties.AccessLogSettings;

describe.each<[string, Record<string, string>]>([
  ['WebSocketStage', WEBSOCKET_FIELDS],
  ['HttpStage', HTTP_FIELDS],
])('the access log of %s', (name, fields) => {
  test('is JSON, without content or secrets', () => {
    expect(JSON.parse(logOf(maximal, name).Format)).toEqual(fields);
    expect(Object.keys(fields)).toEqual(
      expect.arrayContaining(['requestId', 'routeKey', 'status', 'sourceIp']),
    );
    // Bodies, headers, query strings and paths could hold them (an invitation's path is a secret).
    for (const variable of Object.values(fields)) {
      expect(variable).toMatch(/^\$context\.[A-Za-z.]+$/);
      expect(variable).not.toMatch(/body|path|uri|header|query|authorizer|userAgent/i);
    }
  });

  test('has its own log group, which does not enlarge the resource policy of the account', () => {
    const [id] = logOf(maximal, name).DestinationArn['Fn::GetAtt'];
    expect(maximal.Resources[id]?.Properties).toMatchObject({
      RetentionInDays: 14,
      LogGroupName: `/aws/vendedlogs/apigateway/SecondService-${name.replace('Stage', '').toLowerCase()}`,
    });
  });
});

describe("the account's role for WebSocket access logs", () => {
  test('is neither set nor needed by default', () => {
    expect(resources(templates.service, 'AWS::ApiGateway::Account')).toEqual({});
    expect(logOf(templates.service, 'WebSocketStage')).toBeUndefined();
    expect(logOf(templates.service, 'HttpStage')).toBeDefined();
  });

  test('is not set if it exists', () => {
    expect(resources(existing, 'AWS::ApiGateway::Account')).toEqual({});
    expect(logOf(existing, 'WebSocketStage')).toBeDefined();
  });

  test('is created before the stage, and kept for other APIs, if asked for', () => {
    const account = only(maximal, 'AWS::ApiGateway::Account');
    expect(plain(account.Properties.CloudWatchRoleArn['Fn::GetAtt'][0])).toBe('GatewayLogRole');
    expect(stagesOf(maximal)['WebSocketStage']?.DependsOn?.map(plain)).toContain('GatewayLogRoleAccount');
    const role = resources(maximal, 'AWS::IAM::Role')['GatewayLogRole'];
    for (const kept of [account, role]) {
      expect(kept).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    }
  });
});

test('each route has its metrics if asked for', () => {
  for (const { Properties } of Object.values(stagesOf(maximal)))
    expect(Properties.DefaultRouteSettings.DetailedMetricsEnabled).toBe(true);
});
