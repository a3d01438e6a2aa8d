import { specificationProblems } from './specification.ts';
import { synthesize } from './synthesize.ts';
import { plain, resources, templates } from './templates.ts';

const certificateArn = 'arn:aws:acm:eu-central-1:123456789012:certificate/1b2c3d4e';
const zone = { hostedZoneId: 'Z0123456789ABC', zoneName: 'example.com' };
const own = synthesize({
  webSocketDomain: { name: 'nbwss.example.com', certificateArn, ...zone },
  apiDomain: { name: 'api.example.com', certificateArn },
}).service;
const closed = synthesize({
  webSocketDomain: { name: 'nbwss.example.com', certificateArn, disableDefaultEndpoint: true },
  apiDomain: { name: 'api.example.com', certificateArn, disableDefaultEndpoint: true },
}).service;

const variablesOf = (template: typeof own, name: string) =>
  resources(template, 'AWS::Lambda::Function')[name]?.Properties.Environment.Variables;

test('without the settings there are neither domains nor records', () => {
  for (const type of ['ApiGatewayV2::DomainName', 'ApiGatewayV2::ApiMapping', 'Route53::RecordSet'])
    expect(resources(templates.service, `AWS::${type}`)).toEqual({});
  for (const { Properties } of Object.values(resources(templates.service, 'AWS::ApiGatewayV2::Api')))
    expect(Properties).not.toHaveProperty('DisableExecuteApiEndpoint');
});

test('each domain is regional, with TLS 1.2, IPv4 and IPv6, and the given certificate', () => {
  const domains = Object.values(resources(own, 'AWS::ApiGatewayV2::DomainName'));
  expect(domains.map(({ Properties }) => Properties.DomainName)).toEqual([
    'nbwss.example.com',
    'api.example.com',
  ]);
  for (const { Properties } of domains) {
    expect(Properties.DomainNameConfigurations).toEqual([
      {
        CertificateArn: certificateArn,
        EndpointType: 'REGIONAL',
        IpAddressType: 'dualstack',
        SecurityPolicy: 'TLS_1_2',
      },
    ]);
  }
});

test('the WebSocket URL keeps its path, and the API has none', () => {
  const mappings = Object.values(resources(own, 'AWS::ApiGatewayV2::ApiMapping'));
  expect(mappings.map(({ Properties }) => Properties.ApiMappingKey)).toEqual(['nbwss', undefined]);
  expect(mappings.map(({ Properties }) => Properties.Stage)).toEqual(['nbwss', '$default']);
  // A mapping to a stage that does not exist yet is refused.
  expect(mappings.map(({ DependsOn = [] }) => DependsOn.map(plain))).toEqual([
    expect.arrayContaining(['WebSocketStage']),
    expect.arrayContaining(['HttpStage']),
  ]);
});

test('URLs and outputs follow, and the address for sending messages stays', () => {
  const { WEBSOCKET_URL, API_URL, MANAGEMENT_URL } = variablesOf(own, 'Api');
  expect([WEBSOCKET_URL, API_URL]).toEqual(['wss://nbwss.example.com/nbwss', 'https://api.example.com']);
  expect(variablesOf(own, 'Command').OTHER_API_URL).toEqual(variablesOf(templates.service, 'Api').API_URL);
  for (const template of [templates.service, closed])
    expect(variablesOf(template, 'Command')).not.toHaveProperty('OTHER_API_URL');
  expect(MANAGEMENT_URL).toEqual(variablesOf(templates.service, 'Api').MANAGEMENT_URL);
  const { WebSocketUrl, ApiUrl, WebSocketTarget, ApiTarget } = own.Outputs ?? {};
  expect([WebSocketUrl.Value, ApiUrl.Value]).toEqual([WEBSOCKET_URL, API_URL]);
  for (const target of [WebSocketTarget, ApiTarget])
    expect(target.Value['Fn::GetAtt'][1]).toBe('RegionalDomainName');
});

test('with the default endpoint disabled, messages are sent through the name', () => {
  const apis = Object.values(resources(closed, 'AWS::ApiGatewayV2::Api'));
  expect(apis.map(({ Properties }) => Properties.DisableExecuteApiEndpoint)).toEqual([true, true]);
  for (const name of ['Session', 'Notify', 'Respond', 'Sweep', 'Api', 'Command'])
    expect(variablesOf(closed, name).MANAGEMENT_URL).toBe('https://nbwss.example.com/nbwss');
});

test('in a hosted zone of Route 53 the name gets its records', () => {
  const records = Object.values(resources(own, 'AWS::Route53::RecordSet')).map(
    ({ Properties }) => Properties,
  );
  expect(records.map(({ Type }) => Type)).toEqual(['A', 'AAAA']);
  for (const { HostedZoneId, Name, AliasTarget } of records) {
    expect([HostedZoneId, Name]).toEqual([zone.hostedZoneId, 'nbwss.example.com.']);
    expect(AliasTarget.DNSName['Fn::GetAtt'][1]).toBe('RegionalDomainName');
  }
  expect(Object.keys(resources(closed, 'AWS::Route53::RecordSet'))).toEqual([]);
});

test('CloudFormation knows every property', () => {
  expect([own, closed].flatMap(specificationProblems)).toEqual([]);
});
