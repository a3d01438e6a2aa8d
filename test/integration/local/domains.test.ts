/** Custom domains of APIs: which paths lead to the stage, and what is refused. */

import { stagePath } from '../../../gateway/values.ts';
import { customDomains } from '../../../local/assembly/domains.ts';
import { Resolver } from '../../../local/assembly/intrinsics.ts';
import type { Stack } from '../../../local/assembly/read.ts';

const API = { stageName: 'live', domains: { 'ws.example.com': 'live-path', 'api.example.com': '' } };

test.each([
  ['localhost:9443', '/live', '/'],
  ['localhost:9443', '/live/', '/'],
  ['localhost:9443', '/live/@connections/a', '/@connections/a'],
  ['localhost:9443', '/liver', undefined],
  ['localhost:9443', '/', undefined],
  ['ws.example.com', '/live-path', '/'],
  ['WS.example.com:9443', '/live-path/x', '/x'],
  ['ws.example.com', '/live', undefined],
  ['api.example.com', '/', '/'],
  ['api.example.com', '/live/x', '/live/x'],
  [undefined, '/live/x', '/x'],
])('%s%s is %s in the stage', (host, path, expected) => {
  expect(stagePath(API, host, path)).toBe(expected);
});

test('the stage $default has no name in the path, and a disabled host has no path', () => {
  expect(stagePath({ stageName: '$default' }, 'localhost', '/v1/x')).toBe('/v1/x');
  const disabled = { ...API, defaultEndpointDisabled: true };
  expect(stagePath(disabled, 'localhost', '/live')).toBeUndefined();
  expect(stagePath(disabled, 'ws.example.com', '/live-path')).toBe('/');
});

const domainsOf = (mappings: readonly object[]) => {
  const resources = {
    Name: { Type: 'AWS::ApiGatewayV2::DomainName', Properties: { DomainName: 'WS.example.com' } },
    ...Object.fromEntries(
      mappings.map((Properties, index) => [
        `Mapping${index}`,
        { Type: 'AWS::ApiGatewayV2::ApiMapping', Properties },
      ]),
    ),
  };
  const stack = { name: 'S', region: 'us-east-1', account: '1', template: { Resources: resources } };
  return customDomains(new Resolver([stack as unknown as Stack], () => ''));
};

test('a domain has the API and the path of its only mapping', () => {
  const mapping = { ApiId: 'a', DomainName: { Ref: 'Name' }, Stage: 's' };
  expect(domainsOf([{ ...mapping, ApiMappingKey: 'p' }])).toEqual([
    { name: 'ws.example.com', apiId: 'a', path: 'p' },
  ]);
  for (const mappings of [[], [mapping, mapping]])
    expect(() => domainsOf(mappings)).toThrow('Name has no API mapping or several');
});
