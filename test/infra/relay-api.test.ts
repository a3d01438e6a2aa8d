/** How the functions reach the connections of each gateway. */
import { MAXIMAL, RELAY_ONLY } from './configurations.ts';
import { synthesize } from './synthesize.ts';
import { only, plain, type Resource, resources, type Template } from './templates.ts';

const relayOnly = synthesize(RELAY_ONLY);
const both = synthesize(MAXIMAL);
const stackOf = ({ relay }: typeof relayOnly): Template => {
  if (!relay) throw new Error('There is no stack of the relay.');
  return relay;
};
const functions = (template: Template) => Object.entries(resources(template, 'AWS::Lambda::Function'));
const variable = (template: Template, key: string): Record<string, unknown> =>
  Object.fromEntries(
    functions(template).flatMap(([name, { Properties }]) =>
      key in Properties.Environment.Variables ? [[name, Properties.Environment.Variables[key]]] : [],
    ),
  );
const CALLERS = ['Api', 'Command', 'Notify', 'Respond', 'Session', 'Sweep'];
const relayUrl = { 'Fn::GetAtt': [expect.stringMatching(/^RelayApi/), 'ApiEndpoint'] };

describe('with the relay alone', () => {
  const { service, monitoring } = relayOnly;

  test('there is no WebSocket API', () => {
    const apis = Object.values(resources(service, 'AWS::ApiGatewayV2::Api'));
    expect(apis.map(({ Properties }) => Properties.ProtocolType)).toEqual(['HTTP', 'HTTP']);
    expect(service.Outputs).not.toHaveProperty('WebSocketUrl');
    expect(Object.keys(resources(monitoring, 'AWS::CloudWatch::Alarm'))).not.toEqual(
      expect.arrayContaining(['GatewayErrors']),
    );
  });

  test('its URL is the WebSocket URL', () => {
    const url = 'wss://relay.example.com/nbwss';
    expect(variable(service, 'WEBSOCKET_URL')).toEqual({ Api: url, Sweep: url });
    expect(variable(service, 'RELAY_WEBSOCKET_URL')).toEqual({});
  });

  test('functions call its API only', () => {
    expect(variable(service, 'MANAGEMENT_URL')).toEqual({});
    expect(variable(service, 'RELAY_URL')).toEqual(
      Object.fromEntries(CALLERS.map((name) => [name, relayUrl])),
    );
    expect(JSON.stringify(service)).not.toContain('execute-api:ManageConnections');
  });
});

describe('with both gateways', () => {
  const { service } = both;

  test('functions call both, and know both WebSocket URLs', () => {
    for (const key of ['MANAGEMENT_URL', 'RELAY_URL'])
      expect(Object.keys(variable(service, key)).sort()).toEqual(CALLERS);
    expect(variable(service, 'WEBSOCKET_URL')).toEqual({
      Api: 'wss://nbwss.example.com/live',
      Sweep: 'wss://nbwss.example.com/live',
    });
    expect(variable(service, 'RELAY_WEBSOCKET_URL')).toEqual({
      Api: 'wss://relay.example.com/live',
      Sweep: 'wss://relay.example.com/live',
    });
  });

  test('functions do not try to connect to a private relay', () => {
    const { relay } = RELAY_ONLY;
    const { service: of } = synthesize({ gateway: 'both', relay: { ...(relay as object), internal: true } });
    expect(Object.keys(variable(of, 'RELAY_WEBSOCKET_URL'))).toEqual(['Api']);
  });
});

test.each([
  ['the relay alone', relayOnly.service],
  ['both gateways', both.service],
])('with %s, each function may call what it may call at API Gateway', (_, service) => {
  const paths = ({ Properties }: Resource, action: string): string[] =>
    Properties.PolicyDocument.Statement.filter(({ Action }: { Action: unknown }) => Action === action)
      .flatMap(({ Resource: on }: { Resource: unknown }) => [on].flat())
      // biome-ignore lint/suspicious/noExplicitAny: template JSON
      .map((arn: any) => {
        const parts: unknown[] = arn['Fn::Join'][1];
        expect(parts.at(-2)).toEqual({ Ref: expect.stringMatching(/^RelayApi/) });
        return parts.at(-1);
      });
  const allowed = Object.entries(resources(service, 'AWS::IAM::Policy')).flatMap(([name, policy]) => {
    const found = paths(policy, 'execute-api:Invoke');
    return found.length > 0 ? [[name.replace(/RoleDefaultPolicy$/, ''), found.sort()]] : [];
  });
  const path = (...methods: string[]) => methods.map((method) => `/$default/${method}/@connections/*`);
  expect(Object.fromEntries(allowed)).toEqual({
    Api: path('DELETE'),
    Command: path('POST'),
    Notify: path('DELETE', 'POST'),
    Respond: path('DELETE', 'POST'),
    Session: path('DELETE', 'POST'),
    Sweep: path('DELETE', 'GET', 'POST'),
  });
});

describe('the API of the relay', () => {
  const relay = stackOf(relayOnly);
  const routes = Object.values(resources(relay, 'AWS::ApiGatewayV2::Route'));

  test('refuses a caller without a permission in AWS', () => {
    expect(routes.map(({ Properties }) => [Properties.RouteKey, Properties.AuthorizationType])).toEqual([
      ['POST /{proxy+}', 'AWS_IAM'],
      ['GET /{proxy+}', 'AWS_IAM'],
      ['DELETE /{proxy+}', 'AWS_IAM'],
    ]);
  });

  test('passes everything on to any task, through a VPC link', () => {
    const { Properties } = only(relay, 'AWS::ApiGatewayV2::Integration');
    expect(Properties).toMatchObject({
      IntegrationType: 'HTTP_PROXY',
      ConnectionType: 'VPC_LINK',
      ConnectionId: { Ref: expect.stringMatching(/^ManagementLink/) },
      IntegrationUri: { 'Fn::GetAtt': [expect.stringMatching(/^ServiceCloudmapService/), 'Arn'] },
    });
    expect(Properties).not.toHaveProperty('RequestParameters');
  });

  test('has a stage without a path, after its routes, that logs no paths', () => {
    const stage = only(relay, 'AWS::ApiGatewayV2::Stage');
    expect(stage.Properties).toMatchObject({ StageName: '$default', AutoDeploy: true });
    expect(stage.DependsOn?.map(plain)).toEqual(
      expect.arrayContaining(['ManagementPOST', 'ManagementGET', 'ManagementDELETE']),
    );
    expect(stage.Properties.AccessLogSettings.Format).not.toMatch(/path|uri/i);
  });

  test('can be removed from the stack of the functions while the stack of the relay is still there', () => {
    expect(JSON.stringify(relay)).not.toContain('Fn::ImportValue":"NbwssService');
  });
});
